// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.TimerHandle;
import dev.culebra.internal.loop.Promise;
import dev.culebra.internal.loop.Watch;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the first of several addresses that answers: one attempt after another, or staggered as
 * in RFC 8305, where the next one starts on a delay or on a failure, whichever comes first.
 *
 * <p>Each attempt owns its socket until it wins; then the race does, until its caller has taken it.
 */
final class ConnectRace {

  private final SocketLoop loop;
  private final Iterator<? extends SocketAddress> addresses;
  private final List<InetSocketAddress> localAddresses;
  private final @Nullable Duration staggerDelay;

  private final Promise<StreamSocket> winner;
  private final Set<Attempt> running = new LinkedHashSet<>();
  private final List<IOException> failures = new ArrayList<>();
  private @Nullable TimerHandle stagger;

  private ConnectRace(
      SocketLoop loop,
      List<? extends SocketAddress> addresses,
      List<InetSocketAddress> localAddresses,
      @Nullable Duration staggerDelay) {
    this.loop = loop;
    this.addresses = addresses.iterator();
    this.localAddresses = localAddresses;
    this.staggerDelay = staggerDelay;
    this.winner = new Promise<>(loop);
  }

  /**
   * Connects, and parks the calling task meanwhile.
   *
   * @param addresses where to, in order of preference; at least one
   * @param localAddresses what to bind to: the first that is of a peer's family; none leaves it to the
   *     system
   * @param staggerDelay when to start the next attempt beside the one under way, null for never
   * @return a connected socket, which the caller closes
   * @throws IOException the one failure, the first if all are of one kind, or one that joins them; the
   *     others are suppressed by it
   */
  static StreamSocket connect(
      SocketLoop loop,
      List<? extends SocketAddress> addresses,
      List<InetSocketAddress> localAddresses,
      @Nullable Duration staggerDelay)
      throws IOException {
    return new ConnectRace(loop, addresses, localAddresses, staggerDelay).run();
  }

  private StreamSocket run() throws IOException {
    startNext();
    boolean taken = false;
    try {
      StreamSocket socket = winner.await();
      taken = true;
      return socket;
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("only what is set below", e);
    } finally {
      end();
      if (!taken) {
        closeWinner();
      }
    }
  }

  /** Whoever waited was cancelled after a winner was found and before it went on. */
  private void closeWinner() {
    if (winner.done() && !winner.cancelled() && winner.exception() == null) {
      try {
        winner.result().close();
      } catch (Exception e) {
        throw new AssertionError("it has a result", e);
      }
    }
  }

  private void end() {
    stopStagger();
    List<Attempt> losers = List.copyOf(running);
    running.clear();
    losers.forEach(Attempt::close);
  }

  private void stopStagger() {
    if (stagger != null) {
      stagger.cancel();
      stagger = null;
    }
  }

  /** Starts attempts until one is under way, and ends the race if none is left. */
  private void startNext() {
    stopStagger();
    while (!winner.done() && addresses.hasNext()) {
      Attempt attempt = new Attempt(addresses.next());
      running.add(attempt);
      attempt.start();
      if (running.contains(attempt)) {
        if (staggerDelay != null && addresses.hasNext()) {
          stagger = loop.callLater(staggerDelay, this::startNext);
        }
        return;
      }
    }
    if (!winner.done() && running.isEmpty()) {
      winner.setException(joined(failures));
    }
  }

  private static IOException joined(List<IOException> failures) {
    IOException first = failures.get(0);
    IOException whole = first;
    if (failures.stream().anyMatch(e -> e.getClass() != first.getClass())) {
      whole = new IOException("Multiple exceptions: "
          + String.join(", ", failures.stream().map(IOException::toString).toList()));
    }
    for (IOException each : failures) {
      if (each != whole) {
        whole.addSuppressed(each);
      }
    }
    return whole;
  }

  /** One socket on its way to one address. */
  private final class Attempt extends Watch {

    private final SocketAddress address;
    private @Nullable StreamSocket socket;

    Attempt(SocketAddress address) {
      super(ConnectRace.this.loop);
      this.address = address;
    }

    void start() {
      try {
        StreamSocket opened = loop.poller().openStream(SocketLoop.familyOf(address));
        socket = opened;
        bindLocally(opened);
        if (opened.connect(address)) {
          won(opened);
        } else {
          loop.poller().register(opened, Poller.WRITE, this);
        }
      } catch (IOException e) {
        failed(e);
      } catch (RuntimeException | Error e) {
        broken(e);
      }
    }

    private void bindLocally(StreamSocket opened) throws IOException {
      if (localAddresses.isEmpty()) {
        return;
      }
      IOException failure = null;
      for (InetSocketAddress local : localAddresses) {
        if (SocketLoop.familyOf(local) == SocketLoop.familyOf(address)) {
          try {
            opened.bind(local);
            return;
          } catch (IOException e) {
            failure = e;
          }
        }
      }
      throw failure != null
          ? failure
          : new BindException("no local address of " + localAddresses
              + " is of the same family as the peer's, " + address);
    }

    @Override
    protected void onWritable() {
      StreamSocket connecting = socket;
      if (connecting == null) {
        return;
      }
      try {
        if (connecting.finishConnect()) {
          loop.poller().deregister(connecting);
          won(connecting);
        }
      } catch (IOException e) {
        failed(e);
        startNext();
      }
    }

    private void won(StreamSocket connected) {
      running.remove(this);
      socket = null;
      if (winner.done()) {
        connected.close();
        return;
      }
      winner.setResult(connected);
      end();
    }

    private void failed(IOException failure) {
      failures.add(failure);
      running.remove(this);
      close();
    }

    /** What is no failure to connect is not made good by another address. */
    @Override
    protected void broken(Throwable thrown) {
      running.remove(this);
      close();
      if (!winner.done()) {
        winner.setException(thrown);
      }
    }

    @Override
    protected void onReadable() {}

    void close() {
      if (socket != null) {
        socket.close();
        socket = null;
      }
    }
  }
}
