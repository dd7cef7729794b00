// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.baseline;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Echoes on Netty, with one event loop and pooled buffers, as its own examples do it: what was read is written
 * back, and flushed when the reading is complete. TLS 1.3 is the JDK's. Not for use.
 */
public final class NettyEcho {

  private static final int BACKLOG = 1024;

  private NettyEcho() {}

  /**
   * Serves until the process is killed.
   *
   * @param args {@code nio}, {@code epoll} or {@code io_uring}, and {@code tcp}, {@code tls CERTIFICATE KEY},
   *     {@code unix PATH} or {@code udp}
   */
  public static void main(String[] args) throws InterruptedException, SSLException {
    NettyTransport transport = NettyTransport.valueOf(args[0].toUpperCase(Locale.ROOT));
    Where where = Where.of(Arrays.copyOfRange(args, 1, args.length));
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, transport.io());
    Channel listener = switch (where.kind()) {
      case "tcp" -> listen(loop, transport, null);
      case "tls" -> listen(loop, transport, tls(where));
      case "unix" -> listenAt(where.path(), loop, transport);
      case "udp" -> receive(loop, transport);
      default -> throw where.unknown();
    };
    Where.say(listener.localAddress());
    listener.closeFuture().sync();
  }

  private static Channel listen(
      EventLoopGroup loop, NettyTransport transport, @Nullable SslContext tls)
      throws InterruptedException {
    return server(loop, tls)
        .channel(transport.tcp)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .bind(Where.anyPort())
        .sync()
        .channel();
  }

  private static Channel listenAt(Path path, EventLoopGroup loop, NettyTransport transport)
      throws InterruptedException {
    return server(loop, null)
        .channel(transport.unix)
        .bind(transport.address(path))
        .sync()
        .channel();
  }

  private static ServerBootstrap server(EventLoopGroup loop, @Nullable SslContext tls) {
    return new ServerBootstrap()
        .group(loop)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel client) {
            if (tls != null) {
              client.pipeline().addLast(tls.newHandler(client.alloc()));
            }
            client.pipeline().addLast(new Echo());
          }
        });
  }

  private static SslContext tls(Where where) throws SSLException {
    return SslContextBuilder.forServer(where.certificate().toFile(), where.key().toFile())
        .sslProvider(SslProvider.JDK)
        .protocols("TLSv1.3")
        .build();
  }

  private static Channel receive(EventLoopGroup loop, NettyTransport transport)
      throws InterruptedException {
    return new Bootstrap()
        .group(loop)
        .channel(transport.udp)
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .handler(new EchoDatagrams())
        .bind(Where.anyPort())
        .sync()
        .channel();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the connection
  private static final class Echo extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      context.write(message, context.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  @Sharable
  @SuppressWarnings("FutureReturnValueIgnored") // what cannot be sent is lost, as UDP may
  private static final class EchoDatagrams extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      DatagramPacket packet = (DatagramPacket) message;
      context.write(new DatagramPacket(packet.content(), packet.sender()), context.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }
  }
}
