// SPDX-License-Identifier: Apache-2.0
package dev.culebra.process;

/**
 * A child process and its protocol: what {@link dev.culebra.EventLoop#subprocessExec} returns.
 *
 * @param <P> the protocol's type
 * @param transport what stands for the process
 * @param protocol what is told
 */
public record SubprocessConnection<P extends SubprocessProtocol>(
    SubprocessTransport transport, P protocol) {}
