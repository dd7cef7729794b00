// SPDX-License-Identifier: Apache-2.0
/**
 * What a backend supplies: a {@link dev.culebra.spi.Poller} and the sockets it can poll.
 *
 * <p>Application code does not use this package; it uses {@link dev.culebra.Asyncio} and {@link
 * dev.culebra.EventLoop}. A backend implements {@link dev.culebra.spi.Backend}, registers it as a
 * service, and runs the contract suite of the {@code culebra-tck} module, where every test bears the
 * number of the rule it checks. {@code docs/backend-contract.md} tells the intent behind each rule.
 *
 * <p>The contract:
 *
 * <ol>
 *   <li>A poller polls only the sockets that it made, and what it was asked to watch or adopt; what it is
 *       told to poll is a {@link dev.culebra.spi.Pollable}, never a descriptor.
 *   <li>Readiness is level-triggered as seen from above: a source that stays ready is reported by
 *       every poll.
 *   <li>There are two interests, READ and WRITE. Errors and hang-ups are folded into whatever of them
 *       is asked for; a source with no interest is silent.
 *   <li>Spurious readiness is allowed; missed readiness is not.
 *   <li>{@code register}, {@code modify} and {@code deregister} take effect before they return: no
 *       event reaches a source after its {@code deregister}, even one that the kernel had already
 *       reported, and its socket may be closed or registered anew at once.
 *   <li>A timeout is rounded up, never down; negative waits without limit, zero does not wait.
 *   <li>{@code wakeup} may be called from any thread at any time, after {@code close} too. It is sticky
 *       (a wake-up before the poll ends that poll at once) and coalesced.
 *   <li>Would-block is the value 0 and end of stream the value -1; a positive count is what went
 *       through, in order, and by what the buffers' positions have moved. A datagram goes whole or not
 *       at all, and an empty one is a datagram. {@code EINTR} alone is retried.
 *   <li>Every other failure is the exception that {@code java.nio.channels} would throw.
 *   <li>Sockets are non-blocking, close-on-exec and, for TCP, without Nagle's delay from birth.
 *   <li>Every descriptor has one owner. {@code close} is idempotent, and using what is closed throws
 *       {@link java.nio.channels.ClosedChannelException}.
 *   <li>A poll, a read and a write allocate nothing for each event in the steady state where the
 *       platform allows it.
 *   <li>A backend that cannot run says why, with the missing flag, symbol or system.
 * </ol>
 */
@NullMarked
package dev.culebra.spi;

import org.jspecify.annotations.NullMarked;
