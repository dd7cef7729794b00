// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.load;

import dev.culebra.Asyncio;
import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.TimerHandle;
import dev.culebra.cli.HostPort;
import dev.culebra.cli.Place;
import dev.culebra.net.Protocol;
import dev.culebra.net.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Loads a server: each connection sends a request, waits for the whole answer, checks it, and sends the next.
 *
 * <p><b>Lifecycle</b>: one run. It connects, warms up, measures, and then waits until the answers that are still
 * to come are there, so that not one of them can be missing unnoticed.
 */
public final class ClosedLoop {

  /** What is watched while a load runs. */
  public interface Watcher {

    /** The measured part begins. */
    default void measuringBegins() {}

    /** The measured part is over. */
    default void measuringEnds() {}
  }

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final Duration LAST_ANSWERS_LIMIT = Duration.ofSeconds(5);
  private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final int SIGNIFICANT_DIGITS = 3;

  private enum Phase {
    CONNECTING,
    WARMING_UP,
    MEASURING,
    ENDING,
    OVER
  }

  private final EventLoop loop = Asyncio.getRunningLoop();
  private final LoopFuture<@Nullable Void> finished = loop.createFuture();
  private final Histogram latencies = new Histogram(LONGEST_NANOS, SIGNIFICANT_DIGITS);
  private final List<Client> clients = new ArrayList<>();
  private final Watcher watcher;

  private Phase phase = Phase.CONNECTING;
  private int answersToCome;
  private long beganNanos;
  private long endedNanos;

  private ClosedLoop(Watcher watcher) {
    this.watcher = watcher;
  }

  /**
   * Loads a server. Call it from a task.
   *
   * @param place where the server is
   * @param connections how many connections to make
   * @param dialogues makes the dialogue of each connection, by its number
   * @param warmup how long to load it before measuring
   * @param measured how long to measure
   * @param watcher is told when the measured part begins and ends
   * @return what was measured
   * @throws LoadException if a connection cannot be made or is lost, or an answer is wrong or missing
   */
  public static LoadResult run(
      Place place,
      int connections,
      IntFunction<? extends Dialogue> dialogues,
      Duration warmup,
      Duration measured,
      Watcher watcher)
      throws Exception {
    ClosedLoop load = new ClosedLoop(watcher);
    try {
      load.connect(place, connections, dialogues);
      load.start(warmup, measured);
      load.finished.await();
    } finally {
      load.phase = Phase.OVER;
      load.clients.forEach(client -> client.transport.abort());
    }
    return new LoadResult(load.latencies, load.endedNanos - load.beganNanos);
  }

  private void connect(Place place, int connections, IntFunction<? extends Dialogue> dialogues)
      throws Exception {
    Task<@Nullable Void> connecting = loop.createTask(() -> {
      for (int i = 0; i < connections; i++) {
        int number = i + 1;
        Dialogue dialogue = dialogues.apply(i);
        clients.add(place.connect(() -> new Client(number, dialogue)).protocol());
      }
    });
    TimerHandle limit = loop.callLater(CONNECT_LIMIT, connecting::cancel);
    try {
      connecting.await();
    } catch (IOException e) {
      throw new LoadException("cannot make connection " + (clients.size() + 1) + " of "
          + connections + " to " + place + ": " + HostPort.reason(e));
    } catch (CancellationException e) {
      throw new LoadException("only " + clients.size() + " of " + connections
          + " connections were made in " + CONNECT_LIMIT.toSeconds() + " s");
    } finally {
      limit.cancel();
    }
  }

  private void start(Duration warmup, Duration measured) {
    if (finished.done()) {
      return; // a connection is lost already
    }
    phase = Phase.WARMING_UP;
    loop.callLater(warmup, this::beginMeasuring);
    loop.callLater(warmup.plus(measured), this::endMeasuring);
    clients.forEach(Client::send);
  }

  private void beginMeasuring() {
    if (phase == Phase.WARMING_UP) {
      watcher.measuringBegins();
      phase = Phase.MEASURING;
      beganNanos = System.nanoTime();
    }
  }

  private void endMeasuring() {
    if (phase != Phase.MEASURING) {
      return;
    }
    endedNanos = System.nanoTime();
    phase = Phase.ENDING;
    watcher.measuringEnds();
    answersToCome = clients.size();
    loop.callLater(
        LAST_ANSWERS_LIMIT,
        () -> fail(
            answersToCome + " of " + clients.size() + " connections still waited for an answer "
                + LAST_ANSWERS_LIMIT.toSeconds() + " s after the end"));
  }

  private void answered(Client client, long nowNanos) {
    switch (phase) {
      case ENDING -> {
        if (--answersToCome == 0 && !finished.done()) {
          finished.setResult(null);
        }
      }
      case MEASURING -> {
        latencies.recordValue(Math.min(nowNanos - client.sentNanos, LONGEST_NANOS));
        client.send();
      }
      default -> client.send();
    }
  }

  private void fail(String message) {
    if (phase != Phase.OVER && !finished.done()) {
      finished.setException(new LoadException(message));
    }
  }

  /** One connection. */
  private final class Client implements Protocol {

    private final int number;
    private final Dialogue dialogue;

    @SuppressWarnings("NullAway.Init") // connectionMade comes first
    private Transport transport;

    private long sentNanos;
    private int answerStart;
    private long answers;

    Client(int number, Dialogue dialogue) {
      this.number = number;
      this.dialogue = dialogue;
    }

    @Override
    public void connectionMade(Transport transport) {
      this.transport = transport;
    }

    void send() {
      sentNanos = System.nanoTime();
      ByteBuffer request = dialogue.nextRequest();
      answerStart = dialogue.expectedAnswer().position();
      transport.write(request);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      ByteBuffer expected = dialogue.expectedAnswer();
      int end = expected.limit();
      int count = data.remaining();
      if (count > expected.remaining()) {
        fail("wrong bytes came back on connection " + number + ": " + (count - expected.remaining())
            + " more than expected");
        return;
      }
      int different = data.mismatch(expected.limit(expected.position() + count));
      if (different >= 0) {
        fail("wrong bytes came back on connection " + number + ", in answer " + (answers + 1)
            + " at byte " + (expected.position() - answerStart + different));
        return;
      }
      expected.position(expected.limit()).limit(end);
      if (!expected.hasRemaining()) {
        answers++;
        answered(this, System.nanoTime());
      }
    }

    @Override
    public void connectionLost(@Nullable Exception exception) {
      fail("connection " + number + " was lost after " + answers + " answers: "
          + (exception == null ? "the server closed it" : exception.getMessage()));
    }
  }
}
