// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

/**
 * A connection that was made: what {@link dev.culebra.EventLoop#createConnection} returns.
 *
 * @param <P> the protocol's type
 * @param transport what to send with
 * @param protocol what receives
 */
public record Connection<P extends BaseProtocol>(Transport transport, P protocol) {}
