// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.baseline;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Echoes on Netty, with one event loop, as its own examples do it: what was read is written back, and
 * flushed when the reading is complete. Not for use.
 */
public final class NettyEcho {

  private static final int BACKLOG = 1024;

  private NettyEcho() {}

  private record Transport(IoHandlerFactory io, Class<? extends ServerChannel> channel) {

    static Transport of(String name) {
      return switch (name) {
        case "nio" -> new Transport(NioIoHandler.newFactory(), NioServerSocketChannel.class);
        case "epoll" -> new Transport(EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
        case "io_uring" ->
          new Transport(IoUringIoHandler.newFactory(), IoUringServerSocketChannel.class);
        default -> throw new IllegalArgumentException("nio, epoll or io_uring, not " + name);
      };
    }
  }

  /**
   * Serves until the process is killed.
   *
   * @param args {@code nio}, {@code epoll} or {@code io_uring}, and the port, 0 for any
   */
  public static void main(String[] args) throws InterruptedException {
    Transport transport = Transport.of(args[0]);
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, transport.io);
    Channel listener = new ServerBootstrap()
        .group(loop)
        .channel(transport.channel)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel client) {
            client.pipeline().addLast(new Echo());
          }
        })
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[1])))
        .sync()
        .channel();
    System.out.println(
        "listening on 127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort());
    listener.closeFuture().sync();
  }

  private static final class Echo extends ChannelInboundHandlerAdapter {

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the connection
    public void channelRead(ChannelHandlerContext context, Object message) {
      context.write(message, context.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored")
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}
