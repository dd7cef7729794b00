// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.baseline;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What Netty can do its input and output with. */
public enum NettyTransport {
  /** The JDK's selector. */
  NIO(NioServerSocketChannel.class, NioServerDomainSocketChannel.class, NioDatagramChannel.class) {
    @Override
    IoHandlerFactory io() {
      return NioIoHandler.newFactory();
    }

    @Override
    SocketAddress address(Path path) {
      return UnixDomainSocketAddress.of(path);
    }

    @Override
    @Nullable Throwable whyNot() {
      return null;
    }
  },
  /** Linux's epoll. */
  EPOLL(
      EpollServerSocketChannel.class,
      EpollServerDomainSocketChannel.class,
      EpollDatagramChannel.class) {
    @Override
    IoHandlerFactory io() {
      return EpollIoHandler.newFactory();
    }

    @Override
    @Nullable Throwable whyNot() {
      return Epoll.unavailabilityCause();
    }
  },
  /** Linux's io_uring. */
  IO_URING(
      IoUringServerSocketChannel.class,
      IoUringServerDomainSocketChannel.class,
      IoUringDatagramChannel.class) {
    @Override
    IoHandlerFactory io() {
      return IoUringIoHandler.newFactory();
    }

    @Override
    @Nullable Throwable whyNot() {
      return IoUring.unavailabilityCause();
    }
  };

  final Class<? extends ServerChannel> tcp;
  final Class<? extends ServerChannel> unix;
  final Class<? extends Channel> udp;

  NettyTransport(
      Class<? extends ServerChannel> tcp,
      Class<? extends ServerChannel> unix,
      Class<? extends Channel> udp) {
    this.tcp = tcp;
    this.unix = unix;
    this.udp = udp;
  }

  abstract IoHandlerFactory io();

  abstract @Nullable Throwable whyNot();

  SocketAddress address(Path path) {
    return new DomainSocketAddress(path.toFile());
  }

  /**
   * Tells why it cannot be used here.
   *
   * @return the reason in one line; null if it can
   */
  public @Nullable String unavailable() {
    Throwable cause = whyNot();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause == null
        ? null
        : String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
