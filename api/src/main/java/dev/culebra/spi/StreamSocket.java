// SPDX-License-Identifier: Apache-2.0
package dev.culebra.spi;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes a non-blocking stream socket, TCP or Unix.
 *
 * <p><b>Errors</b>: after {@link #close} every method throws {@link
 * java.nio.channels.ClosedChannelException}. Would-block is the value 0.
 */
@LoopThread
public interface StreamSocket extends Pollable {

  /**
   * Starts to connect. After a failure, only {@link #close} is of use. A Unix socket's connect is never
   * under way: where the listener's backlog is full it fails.
   *
   * @param address where to; its family must be the socket's
   * @return true if the connection is made, false if it is under way: wait for {@link Poller#WRITE},
   *     then call {@link #finishConnect}
   * @throws java.net.ConnectException if it is refused at once
   * @throws IOException if it fails otherwise
   * @throws java.nio.channels.UnsupportedAddressTypeException if the address is of another family
   */
  boolean connect(SocketAddress address) throws IOException;

  /**
   * Asks how a connect that was under way came out.
   *
   * @return true if the connection is made, false if it is still under way
   * @throws java.net.ConnectException if it was refused or timed out
   * @throws IOException if it failed otherwise
   */
  boolean finishConnect() throws IOException;

  /**
   * Binds the local end, before a connect.
   *
   * @param address the local address; port 0 lets the system choose
   * @throws java.net.BindException if the address is taken or not a local one
   * @throws IOException if it fails otherwise
   */
  void bind(SocketAddress address) throws IOException;

  /**
   * Receives bytes.
   *
   * @param target where to; it must have room. Its position moves by what was received
   * @return how many bytes came, 0 if none are there now, -1 at the end of the stream
   * @throws IOException if the connection is broken
   */
  int read(ByteBuffer target) throws IOException;

  /**
   * Sends bytes.
   *
   * @param source what to send; its position moves by what the kernel took
   * @return how many bytes were taken, 0 if none could be now
   * @throws IOException if the connection is broken
   */
  int write(ByteBuffer source) throws IOException;

  /**
   * Sends bytes of several buffers in one call, in their order.
   *
   * @param sources the buffers; their positions move by what the kernel took
   * @param offset the first buffer to send
   * @param length how many buffers to send; a backend may take fewer, for one {@code IOV_MAX}
   * @return how many bytes were taken, 0 if none could be now
   * @throws IOException if the connection is broken
   */
  long write(ByteBuffer[] sources, int offset, int length) throws IOException;

  /**
   * Sends bytes of a file, which the kernel takes from its own memory. Reading the disk may block.
   *
   * @param file a file of this socket's poller
   * @param position where in the file to begin, not negative
   * @param count how many bytes to send at most, positive; a backend may send fewer
   * @return how many bytes were taken, 0 if none could be now, -1 at the end of the file
   * @throws java.nio.channels.ClosedChannelException if either is closed
   * @throws IOException if the connection is broken, or the file cannot be read
   * @throws IllegalArgumentException if another poller opened the file
   * @throws UnsupportedOperationException if this socket, or the kernel for this file, cannot: read the
   *     file, and {@link #write} what is read. Nothing was sent
   */
  default long sendFile(FileSource file, long position, long count) throws IOException {
    throw new UnsupportedOperationException("this kind of socket sends what is in memory only");
  }

  /**
   * Ends the sending side; the peer reads the end of the stream, and a later {@code write} throws
   * {@link java.nio.channels.ClosedChannelException}.
   *
   * @throws IOException if the system refuses
   */
  void shutdownOutput() throws IOException;

  /**
   * Sets a socket option.
   *
   * @param <T> the type of its value
   * @param option one of {@link java.net.StandardSocketOptions}
   * @param value its new value
   * @throws IOException if the system refuses
   * @throws UnsupportedOperationException if this backend does not know the option
   */
  <T> void setOption(SocketOption<T> option, T value) throws IOException;

  /**
   * Reads a socket option.
   *
   * @param <T> the type of its value
   * @param option one of {@link java.net.StandardSocketOptions}
   * @return its value now
   * @throws IOException if the system refuses
   * @throws UnsupportedOperationException if this backend does not know the option
   */
  <T> T getOption(SocketOption<T> option) throws IOException;

  /**
   * The address of this end.
   *
   * @return the local address, null if the socket is not bound
   * @throws IOException if the system refuses
   */
  @Nullable SocketAddress localAddress() throws IOException;

  /**
   * The address of the other end.
   *
   * @return the peer's address, null if the socket is not connected
   * @throws IOException if the system refuses
   */
  @Nullable SocketAddress remoteAddress() throws IOException;
}
