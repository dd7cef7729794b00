// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio;

import dev.culebra.nio.internal.NioBackend;
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
import org.jspecify.annotations.Nullable;

/** Passes every call on to the NIO backend; what is to be broken overrides it. */
class Wrapped implements Backend {

  private final Backend inner = new NioBackend();

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public int preference() {
    return inner.preference();
  }

  @Override
  public Availability availability() {
    return inner.availability();
  }

  @Override
  public boolean waitsOnVirtualThreads() {
    return inner.waitsOnVirtualThreads();
  }

  @Override
  public Poller openPoller() throws IOException {
    return wrap(inner.openPoller());
  }

  Poller wrap(Poller poller) {
    return new WrappedPoller(poller);
  }

  /** A source that knows what it stands for. */
  interface WrappedSource extends Pollable {
    WrappedPoller owner();

    Pollable inner();
  }

  static class WrappedPoller implements Poller {

    final Poller inner;

    WrappedPoller(Poller inner) {
      this.inner = inner;
    }

    StreamSocket wrap(StreamSocket socket) {
      return new WrappedStream(this, socket);
    }

    ListenerSocket wrap(ListenerSocket socket) {
      return new WrappedListener(this, socket);
    }

    DgramSocket wrap(DgramSocket socket) {
      return new WrappedDgram(this, socket);
    }

    final Pollable unwrap(Pollable source) {
      if (source instanceof WrappedSource wrapped && wrapped.owner() == this) {
        return wrapped.inner();
      }
      throw new IllegalArgumentException("foreign: " + source);
    }

    @Override
    public void register(Pollable source, int interest, Object attachment) throws IOException {
      inner.register(unwrap(source), interest, attachment);
    }

    @Override
    public void modify(Pollable source, int interest) throws IOException {
      inner.modify(unwrap(source), interest);
    }

    @Override
    public void deregister(Pollable source) {
      inner.deregister(unwrap(source));
    }

    @Override
    public int poll(long timeoutNanos, ReadySink sink) throws IOException {
      return inner.poll(timeoutNanos, sink);
    }

    @Override
    public void wakeup() {
      inner.wakeup();
    }

    @Override
    public StreamSocket openStream(ProtocolFamily family) throws IOException {
      return wrap(inner.openStream(family));
    }

    @Override
    public ListenerSocket openListener(ProtocolFamily family) throws IOException {
      return wrap(inner.openListener(family));
    }

    @Override
    public StreamSocket adopt(StreamSocket stream) throws IOException {
      if (stream instanceof WrappedStream wrapped) {
        return wrap(inner.adopt(wrapped.inner));
      }
      throw new IllegalArgumentException("foreign: " + stream);
    }

    @Override
    public Pollable watchChannel(SelectableChannel channel) throws IOException {
      return new WrappedWatch(this, inner.watchChannel(channel));
    }

    @Override
    public PipeEnd adoptPipe(SelectableChannel channel, int direction) throws IOException {
      return new WrappedPipe(this, inner.adoptPipe(channel, direction));
    }

    @Override
    public FileSource openFile(Path path) throws IOException {
      return inner.openFile(path);
    }

    @Override
    public FileSource fileOf(FileChannel channel) {
      return inner.fileOf(channel);
    }

    @Override
    public DgramSocket openDatagram(ProtocolFamily family) throws IOException {
      return wrap(inner.openDatagram(family));
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  static class WrappedWatch implements WrappedSource {

    final WrappedPoller owner;
    final Pollable inner;

    WrappedWatch(WrappedPoller owner, Pollable inner) {
      this.owner = owner;
      this.inner = inner;
    }

    @Override
    public WrappedPoller owner() {
      return owner;
    }

    @Override
    public Pollable inner() {
      return inner;
    }

    @Override
    public boolean isOpen() {
      return inner.isOpen();
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  static class WrappedPipe extends WrappedWatch implements PipeEnd {

    final PipeEnd pipe;

    WrappedPipe(WrappedPoller owner, PipeEnd pipe) {
      super(owner, pipe);
      this.pipe = pipe;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return pipe.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      return pipe.write(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
      return pipe.write(sources, offset, length);
    }

    @Override
    public boolean watchesReader() {
      return pipe.watchesReader();
    }
  }

  static class WrappedStream implements StreamSocket, WrappedSource {

    final WrappedPoller owner;
    StreamSocket inner;

    WrappedStream(WrappedPoller owner, StreamSocket inner) {
      this.owner = owner;
      this.inner = inner;
    }

    @Override
    public WrappedPoller owner() {
      return owner;
    }

    @Override
    public Pollable inner() {
      return inner;
    }

    @Override
    public boolean isOpen() {
      return inner.isOpen();
    }

    @Override
    public boolean connect(SocketAddress address) throws IOException {
      return inner.connect(address);
    }

    @Override
    public boolean finishConnect() throws IOException {
      return inner.finishConnect();
    }

    @Override
    public void bind(SocketAddress address) throws IOException {
      inner.bind(address);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return inner.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      return inner.write(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
      return inner.write(sources, offset, length);
    }

    @Override
    public long sendFile(FileSource file, long position, long count) throws IOException {
      return inner.sendFile(file, position, count);
    }

    @Override
    public void shutdownOutput() throws IOException {
      inner.shutdownOutput();
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
      inner.setOption(option, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
      return inner.getOption(option);
    }

    @Override
    public @Nullable SocketAddress localAddress() throws IOException {
      return inner.localAddress();
    }

    @Override
    public @Nullable SocketAddress remoteAddress() throws IOException {
      return inner.remoteAddress();
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  static class WrappedListener implements ListenerSocket, WrappedSource {

    final WrappedPoller owner;
    final ListenerSocket inner;

    WrappedListener(WrappedPoller owner, ListenerSocket inner) {
      this.owner = owner;
      this.inner = inner;
    }

    @Override
    public WrappedPoller owner() {
      return owner;
    }

    @Override
    public Pollable inner() {
      return inner;
    }

    @Override
    public boolean isOpen() {
      return inner.isOpen();
    }

    @Override
    public void bind(SocketAddress address, int backlog) throws IOException {
      inner.bind(address, backlog);
    }

    @Override
    public @Nullable StreamSocket accept() throws IOException {
      StreamSocket accepted = inner.accept();
      return accepted == null ? null : owner.wrap(accepted);
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
      inner.setOption(option, value);
    }

    @Override
    public @Nullable SocketAddress localAddress() throws IOException {
      return inner.localAddress();
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  static class WrappedDgram implements DgramSocket, WrappedSource {

    final WrappedPoller owner;
    final DgramSocket inner;

    WrappedDgram(WrappedPoller owner, DgramSocket inner) {
      this.owner = owner;
      this.inner = inner;
    }

    @Override
    public WrappedPoller owner() {
      return owner;
    }

    @Override
    public Pollable inner() {
      return inner;
    }

    @Override
    public void bind(SocketAddress address) throws IOException {
      inner.bind(address);
    }

    @Override
    public void connect(SocketAddress address) throws IOException {
      inner.connect(address);
    }

    @Override
    public @Nullable SocketAddress receive(ByteBuffer target) throws IOException {
      return inner.receive(target);
    }

    @Override
    public boolean send(ByteBuffer source, @Nullable SocketAddress target) throws IOException {
      return inner.send(source, target);
    }

    @Override
    public void join(InetAddress group, NetworkInterface at) throws IOException {
      inner.join(group, at);
    }

    @Override
    public void leave(InetAddress group, NetworkInterface at) throws IOException {
      inner.leave(group, at);
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
      inner.setOption(option, value);
    }

    @Override
    public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
      return inner.getOption(option);
    }

    @Override
    public @Nullable SocketAddress localAddress() throws IOException {
      return inner.localAddress();
    }

    @Override
    public @Nullable SocketAddress remoteAddress() throws IOException {
      return inner.remoteAddress();
    }

    @Override
    public boolean isOpen() {
      return inner.isOpen();
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
