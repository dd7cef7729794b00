// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.net.BaseProtocol;
import dev.culebra.net.ConnectOptions;
import dev.culebra.net.Connection;
import dev.culebra.net.DatagramEndpoint;
import dev.culebra.net.DatagramOptions;
import dev.culebra.net.DatagramProtocol;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.TlsOptions;
import dev.culebra.net.Transport;
import dev.culebra.spi.Availability;
import dev.culebra.spi.DgramSocket;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import dev.culebra.spi.StreamSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Is a loop without sockets, on a clock that jumps to the end of each wait. */
final class JumpingLoop extends SocketlessLoop {

  /** What {@link System#nanoTime} would be. */
  static final class Clock {

    long nowNanos;

    /** How long each poll was to wait, in order. */
    final List<Long> waits = new CopyOnWriteArrayList<>();

    private final Semaphore wakeUps = new Semaphore(0);

    Clock(long nowNanos) {
      this.nowNanos = nowNanos;
    }
  }

  final Clock clock;

  private JumpingLoop(Clock clock, boolean waitsOnVirtualThreads) {
    super(backend(clock, waitsOnVirtualThreads), () -> clock.nowNanos);
    this.clock = clock;
  }

  static JumpingLoop startingAt(long originNanos) {
    return new JumpingLoop(new Clock(originNanos), true);
  }

  /** A loop whose carrier waits for it, as on NIO. */
  static JumpingLoop waitingOnItsCarrier() {
    return new JumpingLoop(new Clock(0), false);
  }

  private static StubBackend backend(Clock clock, boolean waitsOnVirtualThreads) {
    return new StubBackend("jumping", 0, Availability.yes("always")) {
      @Override
      public boolean waitsOnVirtualThreads() {
        return waitsOnVirtualThreads;
      }

      @Override
      public Poller openPoller() {
        return new JumpingPoller(clock);
      }
    };
  }

  private record JumpingPoller(Clock clock) implements Poller {

    @Override
    public int poll(long timeoutNanos, ReadySink sink) {
      clock.waits.add(timeoutNanos);
      if (timeoutNanos > 0) {
        clock.nowNanos += timeoutNanos;
      } else if (timeoutNanos < 0) {
        clock.wakeUps.acquireUninterruptibly();
      }
      clock.wakeUps.drainPermits();
      return 0;
    }

    @Override
    public void wakeup() {
      clock.wakeUps.release();
    }

    @Override
    public void register(Pollable source, int interest, Object attachment) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void modify(Pollable source, int interest) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void deregister(Pollable source) {}

    @Override
    public StreamSocket openStream(ProtocolFamily family) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ListenerSocket openListener(ProtocolFamily family) {
      throw new UnsupportedOperationException();
    }

    @Override
    public StreamSocket adopt(StreamSocket stream) {
      throw new UnsupportedOperationException();
    }

    @Override
    public DgramSocket openDatagram(ProtocolFamily family) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  @Override
  public List<InetSocketAddress> getAddrInfo(String host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String getNameInfo(InetAddress address) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Server createUnixServer(
      Supplier<? extends BaseProtocol> protocolFactory,
      SocketAddress address,
      ServerOptions options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <P extends BaseProtocol> Connection<P> createUnixConnection(
      Supplier<P> protocolFactory, SocketAddress address, ConnectOptions options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Transport startTls(
      Transport transport, BaseProtocol protocol, TlsOptions options, boolean serverSide) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Server createServer(
      Supplier<? extends BaseProtocol> protocolFactory,
      List<String> hosts,
      int port,
      ServerOptions options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <P extends BaseProtocol> Connection<P> createConnection(
      Supplier<P> protocolFactory, String host, int port, ConnectOptions options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <P extends DatagramProtocol> DatagramEndpoint<P> createDatagramEndpoint(
      Supplier<P> protocolFactory, DatagramOptions options) {
    throw new UnsupportedOperationException();
  }
}
