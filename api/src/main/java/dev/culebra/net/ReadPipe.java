// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

/**
 * The read end of a pipe and its protocol: what {@link LowLevelLoop#connectReadPipe} returns.
 *
 * @param <P> the protocol's type
 * @param transport what receives
 * @param protocol what is told
 */
public record ReadPipe<P extends BaseProtocol>(ReadTransport transport, P protocol) {}
