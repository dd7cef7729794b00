// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

/**
 * The write end of a pipe and its protocol: what {@link LowLevelLoop#connectWritePipe} returns.
 *
 * @param <P> the protocol's type
 * @param transport what sends
 * @param protocol what is told
 */
public record WritePipe<P extends BaseProtocol>(WriteTransport transport, P protocol) {}
