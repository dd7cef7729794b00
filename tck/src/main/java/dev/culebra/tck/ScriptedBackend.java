// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.fail;

import dev.culebra.spi.Availability;
import dev.culebra.spi.Backend;
import dev.culebra.spi.DgramSocket;
import dev.culebra.spi.FileSource;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.PipeEnd;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectableChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the loop and the backend under test, counts what passes and, where a test overrides
 * one of its methods, does something else: fails, sends less, waits.
 */
class ScriptedBackend implements Backend {

  private static final long PAUSE_NANOS = 20_000;

  private final Backend backend;

  /** How often the loop has polled. */
  final AtomicInteger polls = new AtomicInteger();

  /** How many system calls have sent something, or tried to. */
  final AtomicInteger writes = new AtomicInteger();

  private volatile boolean waiting;
  private volatile boolean waitingForEver;

  ScriptedBackend(Backend backend) {
    this.backend = backend;
  }

  // ---- what a test may replace

  Poller openPoller(Backend from) throws IOException {
    return from.openPoller();
  }

  int poll(Poller poller, long timeoutNanos, ReadySink sink) throws IOException {
    return poller.poll(timeoutNanos, sink);
  }

  StreamSocket openStream(Poller poller, ProtocolFamily family) throws IOException {
    return poller.openStream(family);
  }

  ListenerSocket openListener(Poller poller, ProtocolFamily family) throws IOException {
    return poller.openListener(family);
  }

  StreamSocket adopt(Poller poller, StreamSocket stream) throws IOException {
    return poller.adopt(stream);
  }

  void register(Poller poller, Pollable source, int interest, Object attachment)
      throws IOException {
    poller.register(source, interest, attachment);
  }

  @Nullable StreamSocket accept(ListenerSocket listener) throws IOException {
    return listener.accept();
  }

  boolean connect(StreamSocket socket, SocketAddress address) throws IOException {
    return socket.connect(address);
  }

  boolean finishConnect(StreamSocket socket) throws IOException {
    return socket.finishConnect();
  }

  int read(StreamSocket socket, ByteBuffer target) throws IOException {
    return socket.read(target);
  }

  int write(StreamSocket socket, ByteBuffer source) throws IOException {
    return socket.write(source);
  }

  long write(StreamSocket socket, ByteBuffer[] sources, int offset, int length) throws IOException {
    return socket.write(sources, offset, length);
  }

  int read(PipeEnd pipe, ByteBuffer target) throws IOException {
    return pipe.read(target);
  }

  int write(PipeEnd pipe, ByteBuffer source) throws IOException {
    return pipe.write(source);
  }

  long write(PipeEnd pipe, ByteBuffer[] sources, int offset, int length) throws IOException {
    return pipe.write(sources, offset, length);
  }

  FileSource openFile(Poller poller, Path path) throws IOException {
    return poller.openFile(path);
  }

  FileSource fileOf(Poller poller, FileChannel channel) {
    return poller.fileOf(channel);
  }

  long sendFile(StreamSocket socket, FileSource file, long position, long count)
      throws IOException {
    return socket.sendFile(file, position, count);
  }

  DgramSocket openDatagram(Poller poller, ProtocolFamily family) throws IOException {
    return poller.openDatagram(family);
  }

  @Nullable SocketAddress receive(DgramSocket socket, ByteBuffer target) throws IOException {
    return socket.receive(target);
  }

  boolean send(DgramSocket socket, ByteBuffer source, @Nullable SocketAddress target)
      throws IOException {
    return socket.send(source, target);
  }

  // ---- what a test may know

  /** Returns when the loop waits for events. For a thread that is not the loop's. */
  final void awaitWait(long patienceNanos) {
    long startNanos = System.nanoTime();
    while (!waiting) {
      pause(startNanos, patienceNanos);
    }
  }

  /** Returns when the loop waits without a limit. For a thread that is not the loop's. */
  final void awaitEndlessWait(long patienceNanos) {
    long startNanos = System.nanoTime();
    while (!waitingForEver) {
      pause(startNanos, patienceNanos);
    }
  }

  private static void pause(long startNanos, long patienceNanos) {
    if (System.nanoTime() - startNanos > patienceNanos) {
      fail("missing: the loop waits");
    }
    LockSupport.parkNanos(PAUSE_NANOS);
  }

  // ---- what stands between

  @Override
  public final String name() {
    return backend.name();
  }

  @Override
  public final int preference() {
    return backend.preference();
  }

  @Override
  public final Availability availability() {
    return backend.availability();
  }

  @Override
  public final boolean waitsOnVirtualThreads() {
    return backend.waitsOnVirtualThreads();
  }

  @Override
  public final Poller openPoller() throws IOException {
    return new ScriptedPoller(openPoller(backend));
  }

  private final class ScriptedPoller implements Poller {

    private final Poller poller;

    ScriptedPoller(Poller poller) {
      this.poller = poller;
    }

    @Override
    public void register(Pollable source, int interest, Object attachment) throws IOException {
      ScriptedBackend.this.register(poller, real(source), interest, attachment);
    }

    @Override
    public void modify(Pollable source, int interest) throws IOException {
      poller.modify(real(source), interest);
    }

    @Override
    public void deregister(Pollable source) {
      poller.deregister(real(source));
    }

    @Override
    public int poll(long timeoutNanos, ReadySink sink) throws IOException {
      polls.incrementAndGet();
      waiting = timeoutNanos != 0;
      waitingForEver = timeoutNanos < 0;
      try {
        return ScriptedBackend.this.poll(poller, timeoutNanos, sink);
      } finally {
        waiting = false;
        waitingForEver = false;
      }
    }

    @Override
    public void wakeup() {
      poller.wakeup();
    }

    @Override
    public StreamSocket openStream(ProtocolFamily family) throws IOException {
      return new ScriptedStream(ScriptedBackend.this.openStream(poller, family));
    }

    @Override
    public ListenerSocket openListener(ProtocolFamily family) throws IOException {
      return new ScriptedListener(ScriptedBackend.this.openListener(poller, family));
    }

    @Override
    public StreamSocket adopt(StreamSocket stream) throws IOException {
      return new ScriptedStream(
          ScriptedBackend.this.adopt(poller, ((ScriptedStream) stream).socket));
    }

    @Override
    public Pollable watchDescriptor(int fd) throws IOException {
      return poller.watchDescriptor(fd);
    }

    @Override
    public Pollable watchChannel(SelectableChannel channel) throws IOException {
      return poller.watchChannel(channel);
    }

    @Override
    public PipeEnd openPipe(Path fifo, int direction) throws IOException {
      return new ScriptedPipe(poller.openPipe(fifo, direction));
    }

    @Override
    public PipeEnd adoptPipe(int fd, int direction) throws IOException {
      return new ScriptedPipe(poller.adoptPipe(fd, direction));
    }

    @Override
    public PipeEnd adoptPipe(SelectableChannel channel, int direction) throws IOException {
      return new ScriptedPipe(poller.adoptPipe(channel, direction));
    }

    @Override
    public FileSource openFile(Path path) throws IOException {
      return ScriptedBackend.this.openFile(poller, path);
    }

    @Override
    public FileSource fileOf(FileChannel channel) {
      return ScriptedBackend.this.fileOf(poller, channel);
    }

    @Override
    public DgramSocket openDatagram(ProtocolFamily family) throws IOException {
      return new ScriptedDgram(ScriptedBackend.this.openDatagram(poller, family));
    }

    @Override
    public void close() {
      poller.close();
    }
  }

  private static Pollable real(Pollable source) {
    return source instanceof Scripted scripted ? scripted.real() : source;
  }

  private interface Scripted {
    Pollable real();
  }

  private final class ScriptedListener implements ListenerSocket, Scripted {

    private final ListenerSocket listener;

    ScriptedListener(ListenerSocket listener) {
      this.listener = listener;
    }

    @Override
    public Pollable real() {
      return listener;
    }

    @Override
    public void bind(SocketAddress address, int backlog) throws IOException {
      listener.bind(address, backlog);
    }

    @Override
    public @Nullable StreamSocket accept() throws IOException {
      StreamSocket accepted = ScriptedBackend.this.accept(listener);
      return accepted == null ? null : new ScriptedStream(accepted);
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
      listener.setOption(option, value);
    }

    @Override
    public @Nullable SocketAddress localAddress() throws IOException {
      return listener.localAddress();
    }

    @Override
    public boolean isOpen() {
      return listener.isOpen();
    }

    @Override
    public void close() {
      listener.close();
    }
  }

  private final class ScriptedPipe implements PipeEnd, Scripted {

    private final PipeEnd pipe;

    ScriptedPipe(PipeEnd pipe) {
      this.pipe = pipe;
    }

    @Override
    public Pollable real() {
      return pipe;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return ScriptedBackend.this.read(pipe, target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      writes.incrementAndGet();
      return ScriptedBackend.this.write(pipe, source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
      writes.incrementAndGet();
      return ScriptedBackend.this.write(pipe, sources, offset, length);
    }

    @Override
    public boolean watchesReader() {
      return pipe.watchesReader();
    }

    @Override
    public boolean isOpen() {
      return pipe.isOpen();
    }

    @Override
    public void close() {
      pipe.close();
    }
  }

  private final class ScriptedStream implements StreamSocket, Scripted {

    private final StreamSocket socket;

    ScriptedStream(StreamSocket socket) {
      this.socket = socket;
    }

    @Override
    public Pollable real() {
      return socket;
    }

    @Override
    public boolean connect(SocketAddress address) throws IOException {
      return ScriptedBackend.this.connect(socket, address);
    }

    @Override
    public boolean finishConnect() throws IOException {
      return ScriptedBackend.this.finishConnect(socket);
    }

    @Override
    public void bind(SocketAddress address) throws IOException {
      socket.bind(address);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return ScriptedBackend.this.read(socket, target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      writes.incrementAndGet();
      return ScriptedBackend.this.write(socket, source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
      writes.incrementAndGet();
      return ScriptedBackend.this.write(socket, sources, offset, length);
    }

    @Override
    public long sendFile(FileSource file, long position, long count) throws IOException {
      return ScriptedBackend.this.sendFile(socket, file, position, count);
    }

    @Override
    public void shutdownOutput() throws IOException {
      socket.shutdownOutput();
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
      socket.setOption(option, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
      return socket.getOption(option);
    }

    @Override
    public @Nullable SocketAddress localAddress() throws IOException {
      return socket.localAddress();
    }

    @Override
    public @Nullable SocketAddress remoteAddress() throws IOException {
      return socket.remoteAddress();
    }

    @Override
    public boolean isOpen() {
      return socket.isOpen();
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  private final class ScriptedDgram implements DgramSocket, Scripted {

    private final DgramSocket socket;

    ScriptedDgram(DgramSocket socket) {
      this.socket = socket;
    }

    @Override
    public Pollable real() {
      return socket;
    }

    @Override
    public void bind(SocketAddress address) throws IOException {
      socket.bind(address);
    }

    @Override
    public void connect(SocketAddress address) throws IOException {
      socket.connect(address);
    }

    @Override
    public @Nullable SocketAddress receive(ByteBuffer target) throws IOException {
      return ScriptedBackend.this.receive(socket, target);
    }

    @Override
    public boolean send(ByteBuffer source, @Nullable SocketAddress target) throws IOException {
      writes.incrementAndGet();
      return ScriptedBackend.this.send(socket, source, target);
    }

    @Override
    public void join(InetAddress group, NetworkInterface at) throws IOException {
      socket.join(group, at);
    }

    @Override
    public void leave(InetAddress group, NetworkInterface at) throws IOException {
      socket.leave(group, at);
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
      socket.setOption(option, value);
    }

    @Override
    public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
      return socket.getOption(option);
    }

    @Override
    public @Nullable SocketAddress localAddress() throws IOException {
      return socket.localAddress();
    }

    @Override
    public @Nullable SocketAddress remoteAddress() throws IOException {
      return socket.remoteAddress();
    }

    @Override
    public boolean isOpen() {
      return socket.isOpen();
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
