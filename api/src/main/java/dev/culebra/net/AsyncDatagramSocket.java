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
 * Sends and receives datagrams in blocking style: what {@link
 * dev.culebra.Asyncio#openDatagramEndpoint} returns. asyncio has no such thing; there it takes a {@link
 * DatagramProtocol} and a queue.
 *
 * <p>It pulls: what nobody receives waits in the kernel, which drops what it has no room for.
 *
 * <p><b>Threading</b>: tasks of the loop. Several may receive from one socket; each datagram goes to one
 * of them.
 *
 * <p><b>Errors</b>: what the network says of an earlier datagram is thrown by the next call, as {@link
 * java.net.PortUnreachableException} if nobody listens there, and the socket goes on. After {@link
 * #close}, and in tasks that wait meanwhile, every call throws {@link
 * java.nio.channels.ClosedChannelException}. A task that is cancelled while it waits gets a {@link
 * java.util.concurrent.CancellationException}, and no datagram is lost by that.
 */
@LoopThread
public interface AsyncDatagramSocket extends AutoCloseable {

  /**
   * Receives a datagram of any size, waiting if none is there.
   *
   * @return the datagram, which belongs to the caller
   * @throws IOException if the system reports an error, or the socket is closed
   */
  Datagram receive() throws IOException;

  /**
   * Receives a datagram into a buffer of the caller's, waiting if none is there. What does not fit is
   * lost.
   *
   * @param target where to; its position moves by what came. A direct one spares a copy
   * @return who sent it
   * @throws IOException if the system reports an error, or the socket is closed
   */
  SocketAddress receive(ByteBuffer target) throws IOException;

  /**
   * Sends a datagram, waiting as long as the kernel has no room.
   *
   * @param data the bytes between its position and its limit, all of which are consumed
   * @param to where to, resolved; null is the remote address that the socket was opened with
   * @throws IOException if the system reports an error, for one that the datagram is too large, or the
   *     socket is closed
   * @throws IllegalArgumentException as {@link DatagramTransport#sendTo(ByteBuffer, SocketAddress)}
   */
  void sendTo(ByteBuffer data, @Nullable SocketAddress to) throws IOException;

  /**
   * Sends a datagram, waiting as long as the kernel has no room.
   *
   * @param data the bytes
   * @param to where to; null is the remote address that the socket was opened with
   * @throws IOException if the system reports an error, or the socket is closed
   * @throws IllegalArgumentException as {@link DatagramTransport#sendTo(ByteBuffer, SocketAddress)}
   */
  default void sendTo(byte[] data, @Nullable SocketAddress to) throws IOException {
    sendTo(ByteBuffer.wrap(data), to);
  }

  /**
   * Sends a datagram to the remote address that the socket was opened with.
   *
   * @param data the bytes
   * @throws IOException if the system reports an error, or the socket is closed
   * @throws IllegalArgumentException if there is no such address
   */
  default void send(byte[] data) throws IOException {
    sendTo(ByteBuffer.wrap(data), null);
  }

  /** Closes the socket; everything that was sent has left. Idempotent. */
  @Override
  void close();

  /**
   * Tells whether {@link #close} was called.
   *
   * @return whether the socket is of no more use
   */
  boolean isClosing();

  /**
   * The address of this end. Stays known after the close.
   *
   * @return the local address
   */
  SocketAddress localAddress();

  /**
   * The only peer. Stays known after the close.
   *
   * @return the peer's address, null if the socket hears everybody
   */
  @Nullable SocketAddress remoteAddress();

  /**
   * Joins a multicast group; see {@link DatagramTransport#joinGroup}.
   *
   * @param group the group's address
   * @param at the interface to hear it at
   * @throws IOException if the system refuses, or the socket is closed
   * @throws IllegalArgumentException if the address is no group's, or not of the socket's family
   */
  void joinGroup(InetAddress group, NetworkInterface at) throws IOException;

  /**
   * Leaves a multicast group.
   *
   * @param group the group's address
   * @param at the interface it was heard at
   * @throws IOException if it had not been joined there, or the socket is closed
   */
  void leaveGroup(InetAddress group, NetworkInterface at) throws IOException;

  /**
   * Sets an option of the socket.
   *
   * @param <T> the type of its value
   * @param option one of {@link java.net.StandardSocketOptions}
   * @param value its new value
   * @throws IOException if the system refuses, or the socket is closed
   */
  <T> void setOption(SocketOption<T> option, T value) throws IOException;

  /**
   * Reads an option of the socket.
   *
   * @param <T> the type of its value
   * @param option one of {@link java.net.StandardSocketOptions}
   * @return its value now; null for {@code IP_MULTICAST_IF} where none was set
   * @throws IOException if the system refuses, or the socket is closed
   */
  <T> @Nullable T getOption(SocketOption<T> option) throws IOException;
}
