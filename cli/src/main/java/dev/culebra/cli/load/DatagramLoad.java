// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.load;

import dev.culebra.Asyncio;
import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.cli.HostPort;
import dev.culebra.net.DatagramOptions;
import dev.culebra.net.DatagramProtocol;
import dev.culebra.net.DatagramTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Loads a UDP server: each socket sends a datagram, waits for it to come back, and sends the next. One that
 * does not come back in time counts as lost, and the next one is sent.
 *
 * <p><b>Lifecycle</b>: one run. It ends when every socket's last datagram has come back or is lost.
 */
public final class DatagramLoad {

  /**
   * What a load measured.
   *
   * @param answered what came back in time
   * @param lost how many datagrams did not
   * @param late how many came back later than that, or a second time
   * @param wrong how many came back as something else, during the warm-up too
   */
  public record Result(LoadResult answered, long lost, long late, long wrong) {}

  /** How often in its time limit a datagram is looked for. */
  private static final int LOOKS = 4;

  private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final int SIGNIFICANT_DIGITS = 3;

  private enum Phase {
    WARMING_UP,
    MEASURING,
    ENDING,
    OVER
  }

  private final EventLoop loop = Asyncio.getRunningLoop();
  private final LoopFuture<@Nullable Void> finished = loop.createFuture();
  private final Histogram latencies = new Histogram(LONGEST_NANOS, SIGNIFICANT_DIGITS);
  private final List<Client> clients = new ArrayList<>();
  private final Duration timeout;
  private final ClosedLoop.Watcher watcher;

  private Phase phase = Phase.WARMING_UP;
  private long lost;
  private long late;
  private long wrong;
  private long beganNanos;
  private long endedNanos;

  private DatagramLoad(Duration timeout, ClosedLoop.Watcher watcher) {
    this.timeout = timeout;
    this.watcher = watcher;
  }

  /**
   * Loads a server. Call it from a task.
   *
   * @param host where the server is
   * @param port its port
   * @param sockets how many sockets to send from
   * @param dialogues makes what each of them sends, by its number
   * @param timeout how long until a datagram counts as lost
   * @param warmup how long to load it before measuring
   * @param measured how long to measure
   * @param watcher is told when the measured part begins and ends
   * @return what was measured
   * @throws LoadException if a socket cannot be opened, or nobody listens there
   */
  public static Result run(
      String host,
      int port,
      int sockets,
      IntFunction<EchoDialogue> dialogues,
      Duration timeout,
      Duration warmup,
      Duration measured,
      ClosedLoop.Watcher watcher)
      throws Exception {
    DatagramLoad load = new DatagramLoad(timeout, watcher);
    try {
      load.open(host, port, sockets, dialogues);
      load.start(warmup, measured);
      load.finished.await();
    } finally {
      load.phase = Phase.OVER;
      load.clients.forEach(client -> client.transport.abort());
    }
    LoadResult answered = new LoadResult(load.latencies, load.endedNanos - load.beganNanos);
    return new Result(answered, load.lost, load.late, load.wrong);
  }

  private void open(String host, int port, int sockets, IntFunction<EchoDialogue> dialogues)
      throws IOException {
    try {
      InetSocketAddress server = loop.getAddrInfo(host, port).get(0);
      DatagramOptions options = DatagramOptions.DEFAULT.withRemoteAddress(server);
      for (int i = 0; i < sockets; i++) {
        EchoDialogue dialogue = dialogues.apply(i);
        clients.add(
            loop.createDatagramEndpoint(() -> new Client(dialogue), options).protocol());
      }
    } catch (IOException e) {
      throw new LoadException("cannot open socket " + (clients.size() + 1) + " of " + sockets
          + " to " + HostPort.of(host, port) + ": " + HostPort.reason(e));
    }
  }

  private void start(Duration warmup, Duration measured) {
    loop.callLater(warmup, this::beginMeasuring);
    loop.callLater(warmup.plus(measured), this::endMeasuring);
    clients.forEach(Client::send);
    lookForLost();
  }

  private void beginMeasuring() {
    if (phase == Phase.WARMING_UP) {
      watcher.measuringBegins();
      phase = Phase.MEASURING;
      lost = 0;
      late = 0;
      beganNanos = System.nanoTime();
    }
  }

  private void endMeasuring() {
    if (phase == Phase.MEASURING) {
      endedNanos = System.nanoTime();
      phase = Phase.ENDING;
      watcher.measuringEnds();
      endIfOver();
    }
  }

  private void lookForLost() {
    long nowNanos = System.nanoTime();
    for (Client client : clients) {
      if (client.waits && nowNanos - client.sentNanos >= timeout.toNanos()) {
        lost++;
        client.goOn();
      }
    }
    if (phase != Phase.OVER) {
      loop.callLater(timeout.dividedBy(LOOKS), this::lookForLost);
    }
  }

  private void endIfOver() {
    if (phase == Phase.ENDING
        && !finished.done()
        && clients.stream().noneMatch(client -> client.waits)) {
      finished.setResult(null);
    }
  }

  private void fail(String message) {
    if (phase != Phase.OVER && !finished.done()) {
      finished.setException(new LoadException(message));
    }
  }

  /** One socket. */
  private final class Client implements DatagramProtocol {

    private final EchoDialogue dialogue;

    @SuppressWarnings("NullAway.Init") // connectionMade comes first
    private DatagramTransport transport;

    private boolean waits;
    private long sentNanos;

    Client(EchoDialogue dialogue) {
      this.dialogue = dialogue;
    }

    @Override
    public void connectionMade(DatagramTransport transport) {
      this.transport = transport;
    }

    void send() {
      waits = true;
      sentNanos = System.nanoTime();
      transport.sendTo(dialogue.nextRequest());
    }

    void goOn() {
      waits = false;
      if (phase == Phase.WARMING_UP || phase == Phase.MEASURING) {
        send();
      } else {
        endIfOver();
      }
    }

    @Override
    public void datagramReceived(ByteBuffer data, SocketAddress from) {
      boolean isAnswer = data.equals(dialogue.expectedAnswer());
      if (isAnswer && waits) {
        if (phase == Phase.MEASURING) {
          latencies.recordValue(Math.min(System.nanoTime() - sentNanos, LONGEST_NANOS));
        }
        goOn();
      } else if (isAnswer || dialogue.isEarlierAnswer(data)) {
        late++;
      } else {
        wrong++;
        if (waits) {
          goOn();
        }
      }
    }

    @Override
    public void errorReceived(IOException exception) {
      fail(
          exception instanceof PortUnreachableException
              ? "nobody listens at " + HostPort.of(peer())
              : "cannot send to " + HostPort.of(peer()) + ": " + HostPort.reason(exception));
    }

    private SocketAddress peer() {
      return Objects.requireNonNull(transport.remoteAddress(), "connected");
    }

    @Override
    public void connectionLost(@Nullable Exception exception) {
      fail("a socket was closed: " + exception);
    }
  }
}
