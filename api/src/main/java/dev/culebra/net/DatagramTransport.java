// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import dev.culebra.spi.LoopThread;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the datagrams of one endpoint, and receives them for its protocol (asyncio's DatagramTransport).
 *
 * <p>Tasks have {@link AsyncDatagramSocket} instead.
 *
 * <p><b>Threading</b>: the loop and its tasks.
 *
 * <p><b>Lifecycle</b>: ends with {@link #close} or {@link #abort}; no failure of the network ends it.
 *
 * <p><b>Errors</b>: what goes wrong with a datagram is told by {@link DatagramProtocol#errorReceived}.
 *
 * <p><b>Implementation notes</b>: what one callback, or one step of a task, sends leaves when that
 * callback or step ends, in one system call where the backend has one for several datagrams.
 */
@LoopThread
public interface DatagramTransport extends BaseTransport {

  /**
   * Sends a datagram, which may be empty. Never blocks: one that the kernel does not take now is kept, in
   * its order. When this returns, the buffer has been copied or sent and may be used again. After {@link
   * #close} it is dropped.
   *
   * @param data the bytes between its position and its limit, all of which are consumed
   * @param to where to, resolved; null is the remote address that the endpoint was made with
   * @throws IllegalArgumentException if there is none, the endpoint was made with another one, or this
   *     one is not resolved or of another family
   */
  void sendTo(ByteBuffer data, @Nullable SocketAddress to);

  /**
   * Sends a datagram to the remote address that the endpoint was made with.
   *
   * @param data the bytes between its position and its limit, all of which are consumed
   * @throws IllegalArgumentException if there is none
   */
  default void sendTo(ByteBuffer data) {
    sendTo(data, null);
  }

  /**
   * Sends a datagram.
   *
   * @param data the bytes; the array may be used again when this returns
   * @param to where to; null is the remote address that the endpoint was made with
   * @throws IllegalArgumentException as {@link #sendTo(ByteBuffer, SocketAddress)}
   */
  default void sendTo(byte[] data, @Nullable SocketAddress to) {
    sendTo(ByteBuffer.wrap(data), to);
  }

  /** Closes the endpoint now; what is kept is dropped. Idempotent; returns at once. */
  void abort();

  /**
   * Has another protocol served from now on. It gets no {@code connectionMade}.
   *
   * @param protocol a {@link DatagramProtocol}
   * @throws IllegalArgumentException if it is of another kind
   */
  @Override
  void setProtocol(BaseProtocol protocol);

  /**
   * The remote address that the endpoint is connected to. Stays known after the close.
   *
   * @return the peer's address; null if it hears everybody, even if it was made with a remote address to
   *     broadcast to
   */
  @Override
  @Nullable SocketAddress remoteAddress();

  /**
   * Sets when the protocol's {@code pauseWriting} and {@code resumeWriting} are called, and calls the
   * one that is due by that.
   *
   * @param limits the new limits; where one alone matters, take {@link WriteBufferLimits#ofHigh} or
   *     {@link WriteBufferLimits#ofLow}
   */
  void setWriteBufferLimits(WriteBufferLimits limits);

  /**
   * When the protocol's {@code pauseWriting} and {@code resumeWriting} are called.
   *
   * @return the limits now in force
   */
  WriteBufferLimits getWriteBufferLimits();

  /**
   * Sets when the protocol's {@code pauseWriting} and {@code resumeWriting} are called. The default is
   * 64 KiB and 16 KiB.
   *
   * @param highBytes pause above this many kept bytes
   * @param lowBytes resume at this many or fewer
   * @throws IllegalArgumentException unless {@code highBytes >= lowBytes >= 0}
   */
  default void setWriteBufferLimits(int highBytes, int lowBytes) {
    setWriteBufferLimits(new WriteBufferLimits(highBytes, lowBytes));
  }

  /**
   * Sets the high limit, and a low one of a quarter of it.
   *
   * @param highBytes pause above this many kept bytes
   * @throws IllegalArgumentException if it is negative
   */
  default void setWriteBufferLimits(int highBytes) {
    setWriteBufferLimits(WriteBufferLimits.ofHigh(highBytes));
  }

  /**
   * How many bytes are kept because the kernel has not taken them. As in asyncio, each datagram counts
   * eight bytes more than it has.
   *
   * @return the size
   */
  long getWriteBufferSize();

  /**
   * Joins a multicast group. Joining again does nothing. A receiver is bound to the wildcard address and
   * the group's port.
   *
   * @param group the group's address
   * @param at the interface to hear it at
   * @throws IOException if the system refuses, or the endpoint is closed
   * @throws IllegalArgumentException if the address is no group's, or not of the endpoint's family
   */
  void joinGroup(InetAddress group, NetworkInterface at) throws IOException;

  /**
   * Leaves a multicast group.
   *
   * @param group the group's address
   * @param at the interface it was heard at
   * @throws IOException if it had not been joined there, or the endpoint is closed
   */
  void leaveGroup(InetAddress group, NetworkInterface at) throws IOException;

  /**
   * Sets an option of the socket ({@code get_extra_info("socket").setsockopt}).
   *
   * @param <T> the type of its value
   * @param option one of {@link java.net.StandardSocketOptions}
   * @param value its new value
   * @throws IOException if the system refuses, or the endpoint is closed
   */
  <T> void setOption(SocketOption<T> option, T value) throws IOException;

  /**
   * Reads an option of the socket.
   *
   * @param <T> the type of its value
   * @param option one of {@link java.net.StandardSocketOptions}
   * @return its value now; null for {@code IP_MULTICAST_IF} where none was set
   * @throws IOException if the system refuses, or the endpoint is closed
   */
  <T> @Nullable T getOption(SocketOption<T> option) throws IOException;
}
