// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.net.BaseProtocol;
import dev.culebra.net.BufferedProtocol;
import dev.culebra.net.PipeAddress;
import dev.culebra.net.Protocol;
import dev.culebra.spi.LoopThread;
import dev.culebra.spi.PipeEnd;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;

/** Makes transports of pipes: asyncio's {@code connect_read_pipe} and {@code connect_write_pipe}. */
@LoopThread
record PipeConnector(SocketLoop loop, int direction) {

  /** A transport, whatever it is good for, and its protocol. */
  record Connected<P extends BaseProtocol>(PipeTransport transport, P protocol) {}

  /** Opens or takes over the end of a pipe. */
  private interface Opener {
    PipeEnd open(Poller poller) throws IOException;
  }

  <P extends BaseProtocol> Connected<P> connect(Supplier<P> protocolFactory, Path fifo)
      throws IOException {
    Objects.requireNonNull(fifo, "fifo");
    return connect(protocolFactory, fifo.toString(), poller -> poller.openPipe(fifo, direction));
  }

  <P extends BaseProtocol> Connected<P> connect(Supplier<P> protocolFactory, int fd)
      throws IOException {
    loop.foreignWatches().requireUnwatched(fd);
    return connect(
        protocolFactory, Integer.toString(fd), poller -> poller.adoptPipe(fd, direction));
  }

  <P extends BaseProtocol> Connected<P> connect(
      Supplier<P> protocolFactory, SelectableChannel channel) throws IOException {
    Objects.requireNonNull(channel, "channel");
    loop.foreignWatches().requireUnwatched(channel);
    return connect(
        protocolFactory, channel.toString(), poller -> poller.adoptPipe(channel, direction));
  }

  /** The protocol is made first: a factory that fails leaves the pipe with the caller. */
  private <P extends BaseProtocol> Connected<P> connect(
      Supplier<P> protocolFactory, String name, Opener opener) throws IOException {
    Objects.requireNonNull(protocolFactory, "protocolFactory");
    Object ignored = loop.requireTask();
    P protocol = Objects.requireNonNull(protocolFactory.get(), "the factory has made no protocol");
    boolean reads = direction == Poller.READ;
    if (reads) {
      requireReceiver(protocol);
    }
    PipeEnd end = opener.open(loop.poller());
    try {
      PipeTransport transport =
          new PipeTransport(loop, end, new PipeAddress(name), reads, protocol);
      loop.awaitStart(transport);
      return new Connected<>(transport, protocol);
    } catch (IOException | RuntimeException | Error e) {
      end.close();
      throw e;
    }
  }

  /** The transport would find out too, but too late to leave the pipe with the caller. */
  private static void requireReceiver(BaseProtocol protocol) {
    if (!(protocol instanceof Protocol
        || protocol instanceof BufferedProtocol
        || protocol instanceof StreamProtocol)) {
      throw new IllegalArgumentException(
          protocol + " must implement dev.culebra.net.Protocol or BufferedProtocol");
    }
  }
}
