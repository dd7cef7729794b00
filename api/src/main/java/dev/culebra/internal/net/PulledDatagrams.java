// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.internal.loop.Watch;
import dev.culebra.net.AsyncDatagramSocket;
import dev.culebra.net.Datagram;
import dev.culebra.spi.DgramSocket;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Receives and sends datagrams when a task asks for it, and parks the task while the kernel has none or
 * no room. A task that is woken makes the system call itself, so that one that is cancelled first loses
 * nothing.
 */
final class PulledDatagrams extends Watch implements AsyncDatagramSocket {

  private final SocketLoop sockets;
  private final DgramSocket socket;
  private final DatagramAddresses addresses;
  private final Waiters receivers;
  private final Waiters senders;
  private final Runnable closer = this::closeNow;
  private boolean registered;
  private int interest;

  PulledDatagrams(SocketLoop sockets, DgramSocket socket, DatagramAddresses addresses) {
    super(sockets);
    this.sockets = sockets;
    this.socket = socket;
    this.addresses = addresses;
    this.receivers = new Waiters(sockets);
    this.senders = new Waiters(sockets);
    loop.own(closer);
  }

  @Override
  public Datagram receive() throws IOException {
    loop.checkThread();
    Datagram received;
    while ((received = receiveNow()) == null) {
      await(Poller.READ, receivers);
    }
    return received;
  }

  private @Nullable Datagram receiveNow() throws IOException {
    ByteBuffer buffer = sockets.chunks().takeInput();
    try {
      SocketAddress from = socket.receive(buffer);
      if (from == null) {
        return null;
      }
      byte[] data = new byte[buffer.flip().remaining()];
      buffer.get(data);
      return new Datagram(ByteBuffer.wrap(data), from);
    } finally {
      sockets.chunks().giveBackInput(buffer);
    }
  }

  @Override
  public SocketAddress receive(ByteBuffer target) throws IOException {
    loop.checkThread();
    SocketCalls.requireWritable(target);
    SocketAddress from;
    while ((from = socket.receive(target)) == null) {
      await(Poller.READ, receivers);
    }
    return from;
  }

  @Override
  public void sendTo(ByteBuffer data, @Nullable SocketAddress to) throws IOException {
    loop.checkThread();
    SocketAddress target = addresses.target(to);
    int lengthBytes = data.remaining();
    try {
      while (!socket.send(data, target)) {
        await(Poller.WRITE, senders);
      }
    } catch (IOException e) {
      throw addresses.explained(e, lengthBytes);
    }
  }

  /** The watch stays when a task was served, as the next one mostly wants the same. */
  private void await(int readiness, Waiters waiters) throws IOException {
    sockets.requireTask();
    ensureOpen();
    watch(interest | readiness);
    waiters.await();
    ensureOpen();
  }

  private void ensureOpen() throws ClosedChannelException {
    if (!socket.isOpen()) {
      throw new ClosedChannelException();
    }
  }

  private void watch(int wanted) throws IOException {
    if (!registered) {
      loop.poller().register(socket, wanted, this);
      registered = true;
    } else if (wanted != interest) {
      loop.poller().modify(socket, wanted);
    }
    interest = wanted;
  }

  @Override
  protected void onReadable() {
    ready(Poller.READ, receivers);
  }

  @Override
  protected void onWritable() {
    ready(Poller.WRITE, senders);
  }

  private void ready(int readiness, Waiters waiters) {
    if (!socket.isOpen()) {
      return;
    }
    if (waiters.isEmpty() || readiness == Poller.WRITE) { // there is nearly always room to send
      try {
        watch(interest & ~readiness);
      } catch (IOException e) {
        close();
      }
    }
    waiters.wakeAll();
  }

  @Override
  protected void broken(Throwable thrown) {
    close();
  }

  @Override
  public void close() {
    loop.checkThread();
    if (socket.isOpen()) {
      closeNow();
      loop.release(closer);
      receivers.wakeAll();
      senders.wakeAll();
    }
  }

  private void closeNow() {
    socket.close();
  }

  @Override
  public boolean isClosing() {
    return !socket.isOpen();
  }

  @Override
  public SocketAddress localAddress() {
    return addresses.local();
  }

  @Override
  public @Nullable SocketAddress remoteAddress() {
    return addresses.peer();
  }

  @Override
  public void joinGroup(InetAddress group, NetworkInterface at) throws IOException {
    loop.checkThread();
    DatagramAddresses.requireGroup(group);
    socket.join(group, at);
  }

  @Override
  public void leaveGroup(InetAddress group, NetworkInterface at) throws IOException {
    loop.checkThread();
    DatagramAddresses.requireGroup(group);
    socket.leave(group, at);
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    loop.checkThread();
    socket.setOption(option, value);
  }

  @Override
  public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
    loop.checkThread();
    return socket.getOption(option);
  }

  @Override
  public String toString() {
    return "AsyncDatagramSocket[" + addresses + "]";
  }
}
