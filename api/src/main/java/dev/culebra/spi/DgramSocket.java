// SPDX-License-Identifier: Apache-2.0
package dev.culebra.spi;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Sends and receives datagrams on a non-blocking UDP socket (the kernel's {@code SOCK_DGRAM}).
 *
 * <p><b>Errors</b>: after {@link #close} every method throws {@link
 * java.nio.channels.ClosedChannelException}. What the network says of an earlier datagram of a connected
 * socket (ICMP: nobody listens there) is a {@link java.net.PortUnreachableException} of a later {@code
 * send} or {@code receive}, once; the socket goes on.
 */
@LoopThread
public interface DgramSocket extends Pollable {

  /**
   * Binds the local end, before a connect.
   *
   * @param address the local address; port 0 lets the system choose
   * @throws java.net.BindException if the address is taken or not a local one
   * @throws IOException if it fails otherwise
   */
  void bind(SocketAddress address) throws IOException;

  /**
   * Restricts the socket to one peer: it sends to and receives from that one only. Never under way.
   * What others had sent before is dropped.
   *
   * @param address the peer; its family must be the socket's
   * @throws IOException if the system refuses, for one when there is no route
   * @throws java.nio.channels.UnsupportedAddressTypeException if the address is of another family
   * @throws java.nio.channels.AlreadyConnectedException if the socket is connected
   */
  void connect(SocketAddress address) throws IOException;

  /**
   * Receives one datagram. What does not fit into the target is lost; a datagram may be empty.
   *
   * @param target where to; its position moves by what was received
   * @return who sent it; null if no datagram is there now, and the target is as it was
   * @throws java.net.PortUnreachableException if nobody listens where this sent to; connected sockets
   *     only
   * @throws IOException if it fails otherwise
   */
  @Nullable SocketAddress receive(ByteBuffer target) throws IOException;

  /**
   * Sends one datagram, which may be empty.
   *
   * @param source what to send; its position moves to its limit if the kernel took it
   * @param target where to; null, or the peer's address, on a connected socket
   * @return whether the kernel took it; false if there is no room now: wait for {@link Poller#WRITE}. A
   *     backend that cannot tell may say true of an empty one
   * @throws java.net.PortUnreachableException if nobody listens where this sent to before; connected
   *     sockets only
   * @throws IOException if it fails otherwise, for one because the datagram is too large
   * @throws java.nio.channels.NotYetConnectedException if there is no target
   * @throws java.nio.channels.AlreadyConnectedException if the target is not the peer
   * @throws java.nio.channels.UnsupportedAddressTypeException if the target is of another family
   */
  boolean send(ByteBuffer source, @Nullable SocketAddress target) throws IOException;

  /**
   * Receives the datagrams that are there, as many as there are slots. A backend whose kernel can do so
   * in one call overrides this.
   *
   * @param batch an empty batch
   * @throws IOException as {@link #receive(ByteBuffer)}, if that concerns the first one; what goes wrong
   *     after that is the batch's {@link DgramBatch#takeFailure}
   */
  default void receive(DgramBatch batch) throws IOException {
    while (batch.size() < batch.capacity()) {
      ByteBuffer slot = batch.data(batch.size()).clear();
      SocketAddress from;
      try {
        from = receive(slot);
      } catch (IOException e) {
        if (batch.size() == 0) {
          throw e;
        }
        batch.failed(e);
        return;
      }
      if (from == null) {
        return;
      }
      slot.flip();
      batch.add(from);
    }
  }

  /**
   * Sends datagrams, in their order. A backend whose kernel can do so in one call overrides this.
   *
   * @param batch the datagrams
   * @param first the first one to send
   * @return how many are done with: taken by the kernel, but for the last if the batch has a {@link
   *     DgramBatch#takeFailure}, which is that one's; 0 if there is no room now
   * @throws ClosedChannelException if the socket is closed
   */
  default int send(DgramBatch batch, int first) throws ClosedChannelException {
    int next = first;
    while (next < batch.size()) {
      try {
        if (!send(batch.data(next), batch.address(next))) {
          break;
        }
      } catch (ClosedChannelException e) {
        throw e;
      } catch (IOException e) {
        batch.failed(e);
        return next + 1 - first;
      }
      next++;
    }
    return next - first;
  }

  /**
   * Joins a multicast group. Joining again does nothing.
   *
   * @param group the group's address
   * @param at the interface to hear it at
   * @throws IOException if the system refuses
   * @throws IllegalArgumentException if the address is no group's, or not of this family
   */
  void join(InetAddress group, NetworkInterface at) throws IOException;

  /**
   * Leaves a multicast group.
   *
   * @param group the group's address
   * @param at the interface it was heard at
   * @throws java.net.SocketException if the socket had not joined it there
   * @throws IOException if the system refuses
   */
  void leave(InetAddress group, NetworkInterface at) throws IOException;

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
   * @return its value now; null for {@code IP_MULTICAST_IF} where none was set
   * @throws IOException if the system refuses
   * @throws UnsupportedOperationException if this backend does not know the option
   */
  <T> @Nullable T getOption(SocketOption<T> option) throws IOException;

  /**
   * The address of this end.
   *
   * @return the local address, null if the socket is not bound
   * @throws IOException if the system refuses
   */
  @Nullable SocketAddress localAddress() throws IOException;

  /**
   * The address of the peer.
   *
   * @return the peer's address, null if the socket is not connected
   * @throws IOException if the system refuses
   */
  @Nullable SocketAddress remoteAddress() throws IOException;
}
