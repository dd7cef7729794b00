// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio.internal;

import dev.culebra.spi.DgramSocket;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends and receives on a {@link DatagramChannel}.
 *
 * <p>The channel says 0 both of an empty datagram that was sent and of one for which there was no room.
 * An empty one counts as sent here: UDP may lose it anyway. On a connected channel it never asks the
 * kernel for an empty one at all and says 0, so that is refused here.
 */
final class NioDgramSocket extends NioSocket implements DgramSocket {

  private final DatagramChannel channel;
  private final Map<Membership, MembershipKey> memberships = new HashMap<>();

  private record Membership(InetAddress group, NetworkInterface at) {}

  private NioDgramSocket(NioPoller poller, DatagramChannel channel) {
    super(poller, channel);
    this.channel = channel;
  }

  static NioDgramSocket open(NioPoller poller, ProtocolFamily family) throws IOException {
    DatagramChannel channel = DatagramChannel.open(family);
    try {
      channel.configureBlocking(false);
      return new NioDgramSocket(poller, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  int toOps(int interest) {
    return ((interest & Poller.READ) != 0 ? SelectionKey.OP_READ : 0)
        | ((interest & Poller.WRITE) != 0 ? SelectionKey.OP_WRITE : 0);
  }

  @Override
  int toReadiness(int readyOps) {
    return ((readyOps & SelectionKey.OP_READ) != 0 ? Poller.READ : 0)
        | ((readyOps & SelectionKey.OP_WRITE) != 0 ? Poller.WRITE : 0);
  }

  @Override
  public void bind(SocketAddress address) throws IOException {
    poller().retryAfterRelease(() -> channel.bind(address));
  }

  @Override
  public void connect(SocketAddress address) throws IOException {
    channel.connect(address);
  }

  @Override
  public @Nullable SocketAddress receive(ByteBuffer target) throws IOException {
    return channel.receive(target);
  }

  @Override
  public boolean send(ByteBuffer source, @Nullable SocketAddress target) throws IOException {
    ensureOpen();
    if (!source.hasRemaining()) {
      sendEmpty(source, target);
      return true;
    }
    return (target == null ? channel.write(source) : channel.send(source, target)) > 0;
  }

  private void sendEmpty(ByteBuffer source, @Nullable SocketAddress target) throws IOException {
    if (channel.isConnected()) {
      throw new SocketException("java.nio does not send an empty datagram on a connected socket;"
          + " the other backends do, as do sockets that are not connected");
    }
    if (target == null) {
      throw new NotYetConnectedException();
    }
    channel.send(source, target);
  }

  @Override
  public void join(InetAddress group, NetworkInterface at) throws IOException {
    memberships.put(new Membership(group, at), channel.join(group, at));
  }

  @Override
  public void leave(InetAddress group, NetworkInterface at) throws IOException {
    ensureOpen();
    MembershipKey key = memberships.remove(new Membership(group, at));
    if (key == null) {
      throw new SocketException("not a member of " + group + " at " + at.getName());
    }
    key.drop();
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    channel.setOption(option, value);
  }

  @Override
  public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
    return channel.getOption(option);
  }

  @Override
  public @Nullable SocketAddress localAddress() throws IOException {
    return channel.getLocalAddress();
  }

  @Override
  public @Nullable SocketAddress remoteAddress() throws IOException {
    return channel.getRemoteAddress();
  }

  /** The port is free when this returns. */
  @Override
  public void close() {
    super.close();
    poller().releaseLingering();
  }
}
