// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import dev.culebra.spi.LoopThread;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import org.jspecify.annotations.Nullable;

/**
 * Holds a non-blocking socket that one loop made, for use without a transport (Python's socket, as
 * {@code loop.sock_recv} and its kin take it).
 *
 * <p>{@link StreamReader} and {@link StreamWriter} do more, and so does a {@link Transport}. What
 * sends, receives, connects and accepts is in {@link LowLevelLoop}, and so are {@code openSocket}
 * and {@code openListeningSocket}, which make one.
 *
 * <p><b>Threading</b>: the loop and its tasks.
 *
 * <p><b>Lifecycle</b>: until {@link #close}, the end of the loop, or until it is handed over to a
 * transport or a server, which owns it from then on.
 *
 * <p><b>Errors</b>: what is closed throws {@link java.nio.channels.ClosedChannelException}, what
 * was handed over {@link IllegalStateException}.
 */
@LoopThread
public interface AsyncSocket extends AutoCloseable {

  /**
   * Binds the local end of a socket that is to connect ({@code socket.bind}).
   *
   * @param address a local address of the socket's family; port 0 lets the system choose
   * @throws java.net.BindException if the address is taken or not a local one
   * @throws IllegalArgumentException if the address is of another family
   * @throws IllegalStateException if it is bound or connected already, or a listening one
   * @throws IOException if it fails otherwise
   */
  void bind(SocketAddress address) throws IOException;

  /**
   * Binds a listening socket, and has connections wait for {@link LowLevelLoop#sockAccept} from now
   * on ({@code socket.bind} and {@code socket.listen}).
   *
   * @param address a local address of the socket's family; port 0 lets the system choose
   * @param backlog how many connections may wait, at least 1; the system has a limit of its own
   * @throws java.net.BindException if the address is taken or not a local one
   * @throws IllegalArgumentException if the address is of another family, or the backlog below 1
   * @throws IllegalStateException if it listens already, or is one that connects
   * @throws IOException if it fails otherwise
   */
  void listen(SocketAddress address, int backlog) throws IOException;

  /**
   * Ends the sending side: the peer reads the end of the stream ({@code socket.shutdown(SHUT_WR)}).
   *
   * @throws java.nio.channels.NotYetConnectedException if it is not connected
   * @throws IOException if the system refuses
   */
  void shutdownOutput() throws IOException;

  /**
   * Sets an option ({@code socket.setsockopt}); a listening socket's before it listens.
   *
   * @param <T> the type of its value
   * @param option one of {@link java.net.StandardSocketOptions}
   * @param value its new value
   * @throws IOException if the system refuses
   * @throws UnsupportedOperationException if this kind of socket does not have the option
   */
  <T> void setOption(SocketOption<T> option, T value) throws IOException;

  /**
   * Reads an option ({@code socket.getsockopt}).
   *
   * @param <T> the type of its value
   * @param option one of {@link java.net.StandardSocketOptions}
   * @return its value now
   * @throws IOException if the system refuses
   * @throws UnsupportedOperationException if this kind of socket does not have the option; listening
   *     ones have none to read
   */
  <T> T getOption(SocketOption<T> option) throws IOException;

  /**
   * The address of this end ({@code socket.getsockname}).
   *
   * @return the local address, null if it is not bound
   * @throws IOException if the system refuses
   */
  @Nullable SocketAddress localAddress() throws IOException;

  /**
   * The address of the other end ({@code socket.getpeername}).
   *
   * @return the peer's address, null if it is not connected
   * @throws IOException if the system refuses
   */
  @Nullable SocketAddress remoteAddress() throws IOException;

  /**
   * Tells whether it can still be used.
   *
   * @return false once it was closed or handed over
   */
  boolean isOpen();

  /**
   * Closes the socket. Tasks that wait for it get an {@link
   * java.nio.channels.AsynchronousCloseException}, callbacks that watch it are dropped. Idempotent;
   * does nothing to a socket that was handed over.
   */
  @Override
  void close();
}
