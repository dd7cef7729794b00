// SPDX-License-Identifier: Apache-2.0
package dev.culebra.spi;

import java.io.IOException;
import java.net.ProtocolFamily;

/**
 * Waits for sockets to become ready, and opens the sockets that it can wait for.
 *
 * <p>The loop owns one poller and closes it. The rules that every implementation keeps are listed in
 * the {@linkplain dev.culebra.spi package description}.
 *
 * <p><b>Threading</b>: one loop uses a poller, from one thread at a time; {@link #wakeup} alone may be
 * called from any thread.
 *
 * <p><b>Errors</b>: after {@link #close}, every method but {@code close}, {@code deregister} and {@code
 * wakeup} throws {@link java.nio.channels.ClosedSelectorException}.
 */
@LoopThread
public interface Poller extends AutoCloseable {

  /** Interest in, or readiness for, reading and accepting. */
  int READ = 1;

  /** Interest in, or readiness for, writing and the end of a connect. */
  int WRITE = 2;

  /**
   * Starts to watch a source.
   *
   * @param source a socket that this poller opened and that is not registered
   * @param interest {@link #READ}, {@link #WRITE}, both, or 0 for none yet
   * @param attachment what {@link ReadySink#ready} is to be given
   * @throws IOException if the system refuses
   * @throws IllegalStateException if the source is registered already
   * @throws IllegalArgumentException if another poller opened the source
   */
  void register(Pollable source, int interest, Object attachment) throws IOException;

  /**
   * Replaces the interest of a registered source.
   *
   * @param source a registered socket
   * @param interest {@link #READ}, {@link #WRITE}, both, or 0: a source without interest is silent
   * @throws IOException if the system refuses
   * @throws IllegalStateException if the source is not registered
   */
  void modify(Pollable source, int interest) throws IOException;

  /**
   * Stops watching a source; a no-op if it is not registered. When this returns, the source gets no
   * event any more, not even one that the poll under way has already found.
   *
   * @param source a socket that this poller opened
   */
  void deregister(Pollable source);

  /**
   * Waits until a source is ready, {@link #wakeup} is called or the time is over, and hands out what
   * is ready. An interrupt of the thread may end a wait as well, and the thread's interrupt status may
   * keep it from waiting at all; the status is never cleared, which is for the caller to do.
   *
   * @param timeoutNanos how long to wait at most, in nanoseconds, rounded up to what the platform can
   *     do; 0 does not wait; negative waits without limit
   * @param sink receives each ready source once
   * @return how many sources were handed out
   * @throws IOException if the poller is broken for good; interruption by a signal is no error
   */
  int poll(long timeoutNanos, ReadySink sink) throws IOException;

  /**
   * Ends the poll under way or, if there is none, the next one at once. Several calls before a poll
   * count as one. Does nothing after {@link #close}.
   */
  @AnyThread
  void wakeup();

  /**
   * Opens an unconnected stream socket.
   *
   * @param family {@link java.net.StandardProtocolFamily#INET}, {@code INET6} or {@code UNIX}
   * @return a non-blocking socket, which the caller closes
   * @throws IOException if the system refuses, for one when no descriptor is left
   * @throws UnsupportedOperationException if the family is not supported
   */
  StreamSocket openStream(ProtocolFamily family) throws IOException;

  /**
   * Opens an unbound listening socket. With {@code INET6} it also takes IPv4 connections when it is
   * bound to the wildcard address.
   *
   * @param family {@link java.net.StandardProtocolFamily#INET}, {@code INET6} or {@code UNIX}
   * @return a non-blocking socket, which the caller closes
   * @throws IOException if the system refuses, for one when no descriptor is left
   * @throws UnsupportedOperationException if the family is not supported
   */
  ListenerSocket openListener(ProtocolFamily family) throws IOException;

  /**
   * Opens an unbound datagram socket. With {@code INET6} it also takes IPv4 datagrams when it is bound
   * to the wildcard address. It hears only the multicast groups that it joins itself.
   *
   * @param family {@link java.net.StandardProtocolFamily#INET} or {@code INET6}
   * @return a non-blocking socket, which the caller closes
   * @throws IOException if the system refuses, for one when no descriptor is left
   * @throws UnsupportedOperationException if the family is not supported
   */
  DgramSocket openDatagram(ProtocolFamily family) throws IOException;

  /**
   * Closes the poller. Sockets that it opened stay open and belong to their owners, but can no longer
   * be watched. Idempotent.
   */
  @Override
  void close();
}
