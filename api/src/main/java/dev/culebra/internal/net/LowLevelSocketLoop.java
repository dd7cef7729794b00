// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.internal.loop.LoopClock;
import dev.culebra.internal.loop.SelectorLoop;
import dev.culebra.net.AcceptedSocket;
import dev.culebra.net.AsyncSocket;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.Connection;
import dev.culebra.net.ReadPipe;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import dev.culebra.net.WritePipe;
import dev.culebra.net.WriteTransport;
import dev.culebra.spi.Backend;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.LoopThread;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectableChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Adds to the scheduling core what is done without a transport, and pipes. */
@LoopThread
abstract class LowLevelSocketLoop extends SelectorLoop {

  private @Nullable ForeignWatches foreignWatches;

  LowLevelSocketLoop(Backend backend, LoopClock clock) {
    super(backend, clock);
  }

  /** This loop, as what it is. */
  abstract SocketLoop sockets();

  // ---- sockets without a transport

  @Override
  public AsyncSocket openSocket(ProtocolFamily family) throws IOException {
    requireUsable();
    Objects.requireNonNull(family, "family");
    return new LoopSocket(sockets(), family, poller().openStream(family));
  }

  @Override
  public AsyncSocket openListeningSocket(ProtocolFamily family) throws IOException {
    requireUsable();
    Objects.requireNonNull(family, "family");
    return new LoopSocket(sockets(), family, poller().openListener(family));
  }

  @Override
  public byte[] sockRecv(AsyncSocket socket, int maxBytes) throws IOException {
    return SocketCalls.receive(sockets(), socket, maxBytes);
  }

  @Override
  public int sockRecvInto(AsyncSocket socket, ByteBuffer target) throws IOException {
    return SocketCalls.receiveInto(sockets(), socket, target);
  }

  @Override
  public void sockSendAll(AsyncSocket socket, ByteBuffer source) throws IOException {
    SocketCalls.sendAll(sockets(), socket, source);
  }

  @Override
  public long sockSendFile(AsyncSocket socket, Path file, long offset, long count)
      throws IOException {
    requireUsable();
    SocketCalls.requireFree(sockets(), socket);
    try (FileTransfer transfer = FileTransfer.of(sockets(), file, offset, count)) {
      return SocketCalls.sendFile(sockets(), socket, transfer);
    }
  }

  @Override
  public long sockSendFile(AsyncSocket socket, FileChannel file, long offset, long count)
      throws IOException {
    requireUsable();
    SocketCalls.requireFree(sockets(), socket);
    try (FileTransfer transfer = FileTransfer.of(sockets(), file, offset, count)) {
      return SocketCalls.sendFile(sockets(), socket, transfer);
    }
  }

  @Override
  public long sendFile(WriteTransport transport, Path file, long offset, long count)
      throws IOException {
    requireUsable();
    FileOutlet outlet = FileOutlet.of(sockets(), transport);
    try (FileTransfer transfer = FileTransfer.of(sockets(), file, offset, count)) {
      return outlet.send(transfer);
    }
  }

  @Override
  public long sendFile(WriteTransport transport, FileChannel file, long offset, long count)
      throws IOException {
    requireUsable();
    FileOutlet outlet = FileOutlet.of(sockets(), transport);
    try (FileTransfer transfer = FileTransfer.of(sockets(), file, offset, count)) {
      return outlet.send(transfer);
    }
  }

  @Override
  public void sockConnect(AsyncSocket socket, SocketAddress address) throws IOException {
    SocketCalls.connect(sockets(), socket, address);
  }

  @Override
  public AcceptedSocket sockAccept(AsyncSocket socket) throws IOException {
    return SocketCalls.accept(sockets(), socket);
  }

  @Override
  public <P extends BaseProtocol> Connection<P> connectAcceptedSocket(
      Supplier<P> protocolFactory, AsyncSocket socket) throws IOException {
    Objects.requireNonNull(protocolFactory, "protocolFactory");
    requireUsable();
    requireTask();
    SocketLoop loop = sockets();
    return loop.started(LoopSocket.of(loop, socket).giveStream(), protocolFactory);
  }

  @Override
  public Server createServer(
      Supplier<? extends BaseProtocol> protocolFactory, AsyncSocket socket, ServerOptions options)
      throws IOException {
    Objects.requireNonNull(protocolFactory, "protocolFactory");
    Objects.requireNonNull(options, "options");
    requireUsable();
    TlsEngines.check(options.tls());
    SocketLoop loop = sockets();
    ListenerSocket listener = LoopSocket.of(loop, socket).giveListener();
    return loop.serverOn(List.of(listener), protocolFactory, options, () -> {});
  }

  private void requireUsable() {
    checkOpen();
    checkThread();
  }

  // ---- watching

  @Override
  public void addReader(AsyncSocket socket, Runnable callback) throws IOException {
    requireUsable();
    LoopSocket.of(sockets(), socket).setCallback(Poller.READ, callback);
  }

  @Override
  public boolean removeReader(AsyncSocket socket) {
    checkThread();
    return LoopSocket.of(sockets(), socket).removeCallback(Poller.READ);
  }

  @Override
  public void addReader(int fd, Runnable callback) throws IOException {
    requireUsable();
    foreignWatches().add(fd, Poller.READ, callback);
  }

  @Override
  public boolean removeReader(int fd) {
    checkThread();
    return foreignWatches().remove(fd, Poller.READ);
  }

  @Override
  public void addReader(SelectableChannel channel, Runnable callback) throws IOException {
    requireUsable();
    foreignWatches().add(channel, Poller.READ, callback);
  }

  @Override
  public boolean removeReader(SelectableChannel channel) {
    checkThread();
    return foreignWatches().remove(channel, Poller.READ);
  }

  @Override
  public void addWriter(AsyncSocket socket, Runnable callback) throws IOException {
    requireUsable();
    LoopSocket.of(sockets(), socket).setCallback(Poller.WRITE, callback);
  }

  @Override
  public boolean removeWriter(AsyncSocket socket) {
    checkThread();
    return LoopSocket.of(sockets(), socket).removeCallback(Poller.WRITE);
  }

  @Override
  public void addWriter(int fd, Runnable callback) throws IOException {
    requireUsable();
    foreignWatches().add(fd, Poller.WRITE, callback);
  }

  @Override
  public boolean removeWriter(int fd) {
    checkThread();
    return foreignWatches().remove(fd, Poller.WRITE);
  }

  @Override
  public void addWriter(SelectableChannel channel, Runnable callback) throws IOException {
    requireUsable();
    foreignWatches().add(channel, Poller.WRITE, callback);
  }

  @Override
  public boolean removeWriter(SelectableChannel channel) {
    checkThread();
    return foreignWatches().remove(channel, Poller.WRITE);
  }

  ForeignWatches foreignWatches() {
    ForeignWatches made = foreignWatches;
    if (made == null) {
      made = new ForeignWatches(sockets());
      foreignWatches = made;
    }
    return made;
  }

  // ---- pipes

  @Override
  public <P extends BaseProtocol> ReadPipe<P> connectReadPipe(
      Supplier<P> protocolFactory, Path fifo) throws IOException {
    requireUsable();
    var connected = new PipeConnector(sockets(), Poller.READ).connect(protocolFactory, fifo);
    return new ReadPipe<>(connected.transport(), connected.protocol());
  }

  @Override
  public <P extends BaseProtocol> ReadPipe<P> connectReadPipe(Supplier<P> protocolFactory, int fd)
      throws IOException {
    requireUsable();
    var connected = new PipeConnector(sockets(), Poller.READ).connect(protocolFactory, fd);
    return new ReadPipe<>(connected.transport(), connected.protocol());
  }

  @Override
  public <P extends BaseProtocol> ReadPipe<P> connectReadPipe(
      Supplier<P> protocolFactory, SelectableChannel channel) throws IOException {
    requireUsable();
    var connected = new PipeConnector(sockets(), Poller.READ).connect(protocolFactory, channel);
    return new ReadPipe<>(connected.transport(), connected.protocol());
  }

  @Override
  public <P extends BaseProtocol> WritePipe<P> connectWritePipe(
      Supplier<P> protocolFactory, Path fifo) throws IOException {
    requireUsable();
    var connected = new PipeConnector(sockets(), Poller.WRITE).connect(protocolFactory, fifo);
    return new WritePipe<>(connected.transport(), connected.protocol());
  }

  @Override
  public <P extends BaseProtocol> WritePipe<P> connectWritePipe(Supplier<P> protocolFactory, int fd)
      throws IOException {
    requireUsable();
    var connected = new PipeConnector(sockets(), Poller.WRITE).connect(protocolFactory, fd);
    return new WritePipe<>(connected.transport(), connected.protocol());
  }

  @Override
  public <P extends BaseProtocol> WritePipe<P> connectWritePipe(
      Supplier<P> protocolFactory, SelectableChannel channel) throws IOException {
    requireUsable();
    var connected = new PipeConnector(sockets(), Poller.WRITE).connect(protocolFactory, channel);
    return new WritePipe<>(connected.transport(), connected.protocol());
  }

  /** Opens a FIFO, to read from as a stream. */
  public StreamConnection openReadPipe(Path fifo) throws IOException {
    return connectReadPipe(this::newPipeStream, fifo).protocol().connection();
  }

  /** Opens a FIFO, to write to as a stream. */
  public StreamWriter openWritePipe(Path fifo) throws IOException {
    return connectWritePipe(this::newPipeStream, fifo).protocol().connection().writer();
  }

  /** Takes a descriptor over, to read from as a stream. */
  public StreamConnection openReadPipe(int fd) throws IOException {
    return connectReadPipe(this::newPipeStream, fd).protocol().connection();
  }

  /** Takes a descriptor over, to write to as a stream. */
  public StreamWriter openWritePipe(int fd) throws IOException {
    return connectWritePipe(this::newPipeStream, fd).protocol().connection().writer();
  }

  /** Takes a channel over, to read from as a stream. */
  public StreamConnection openReadPipe(SelectableChannel channel) throws IOException {
    return connectReadPipe(this::newPipeStream, channel).protocol().connection();
  }

  /** Takes a channel over, to write to as a stream. */
  public StreamWriter openWritePipe(SelectableChannel channel) throws IOException {
    return connectWritePipe(this::newPipeStream, channel)
        .protocol()
        .connection()
        .writer();
  }

  private StreamProtocol newPipeStream() {
    return new StreamProtocol(sockets(), StreamReader.DEFAULT_LIMIT_BYTES, protocol -> {});
  }
}
