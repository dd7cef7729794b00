// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

/**
 * An endpoint that is open: what {@link dev.culebra.EventLoop#createDatagramEndpoint} returns.
 *
 * @param <P> the protocol's type
 * @param transport what to send with
 * @param protocol what receives
 */
public record DatagramEndpoint<P extends DatagramProtocol>(
    DatagramTransport transport, P protocol) {}
