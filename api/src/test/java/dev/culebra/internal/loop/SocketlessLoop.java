// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.net.AcceptedSocket;
import dev.culebra.net.AsyncSocket;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.Connection;
import dev.culebra.net.ReadPipe;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.WritePipe;
import dev.culebra.net.WriteTransport;
import dev.culebra.spi.Backend;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectableChannel;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Refuses what needs sockets. */
abstract class SocketlessLoop extends SelectorLoop {

  SocketlessLoop(Backend backend, LoopClock clock) {
    super(backend, clock);
  }

  @Override
  public AsyncSocket openSocket(ProtocolFamily family) {
    throw new UnsupportedOperationException();
  }

  @Override
  public AsyncSocket openListeningSocket(ProtocolFamily family) {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte[] sockRecv(AsyncSocket socket, int maxBytes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int sockRecvInto(AsyncSocket socket, ByteBuffer target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void sockSendAll(AsyncSocket socket, ByteBuffer source) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long sockSendFile(AsyncSocket socket, Path file, long offset, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long sockSendFile(AsyncSocket socket, FileChannel file, long offset, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void sockConnect(AsyncSocket socket, SocketAddress address) {
    throw new UnsupportedOperationException();
  }

  @Override
  public AcceptedSocket sockAccept(AsyncSocket socket) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <P extends BaseProtocol> Connection<P> connectAcceptedSocket(
      Supplier<P> protocolFactory, AsyncSocket socket) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Server createServer(
      Supplier<? extends BaseProtocol> protocolFactory, AsyncSocket socket, ServerOptions options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void addReader(AsyncSocket socket, Runnable callback) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean removeReader(AsyncSocket socket) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void addReader(int fd, Runnable callback) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean removeReader(int fd) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void addReader(SelectableChannel channel, Runnable callback) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean removeReader(SelectableChannel channel) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void addWriter(AsyncSocket socket, Runnable callback) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean removeWriter(AsyncSocket socket) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void addWriter(int fd, Runnable callback) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean removeWriter(int fd) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void addWriter(SelectableChannel channel, Runnable callback) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean removeWriter(SelectableChannel channel) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <P extends BaseProtocol> ReadPipe<P> connectReadPipe(
      Supplier<P> protocolFactory, Path fifo) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <P extends BaseProtocol> ReadPipe<P> connectReadPipe(Supplier<P> protocolFactory, int fd) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <P extends BaseProtocol> ReadPipe<P> connectReadPipe(
      Supplier<P> protocolFactory, SelectableChannel channel) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <P extends BaseProtocol> WritePipe<P> connectWritePipe(
      Supplier<P> protocolFactory, Path fifo) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <P extends BaseProtocol> WritePipe<P> connectWritePipe(
      Supplier<P> protocolFactory, int fd) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <P extends BaseProtocol> WritePipe<P> connectWritePipe(
      Supplier<P> protocolFactory, SelectableChannel channel) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long sendFile(WriteTransport transport, Path file, long offset, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long sendFile(WriteTransport transport, FileChannel file, long offset, long count) {
    throw new UnsupportedOperationException();
  }
}
