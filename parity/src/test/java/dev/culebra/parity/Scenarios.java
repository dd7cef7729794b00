// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import static dev.culebra.Asyncio.sleep;

import dev.culebra.Awaitable;
import dev.culebra.AwaitableAction;
import dev.culebra.EventLoop;
import dev.culebra.ExceptionGroup;
import dev.culebra.InvalidStateException;
import dev.culebra.LoopFuture;
import dev.culebra.LoopPolicy;
import dev.culebra.Outcome;
import dev.culebra.spi.Backend;
import dev.culebra.sync.QueueEmptyException;
import dev.culebra.sync.QueueFullException;
import dev.culebra.sync.QueueShutDownException;
import dev.culebra.test.TestClock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Gives scenarios what traces.py gives them in Python, under the same names. */
abstract class Scenarios {

  /** Python's exceptions by ours; those that are not here have the same name but for the ending. */
  private static final Map<Class<?>, String> NAMES = Map.of(
      CancellationException.class, "CancelledError",
      TimeoutException.class, "TimeoutError",
      InvalidStateException.class, "InvalidStateError",
      IllegalStateException.class, "RuntimeError",
      UnsupportedOperationException.class, "RuntimeError",
      IllegalArgumentException.class, "ValueError",
      BrokenBarrierException.class, "BrokenBarrierError",
      QueueEmptyException.class, "QueueEmpty",
      QueueFullException.class, "QueueFull",
      QueueShutDownException.class, "QueueShutDown");

  private final List<String> log = new CopyOnWriteArrayList<>();

  /** The loop that was made last: the one that the scenario runs on, if it makes none itself. */
  EventLoop loop;

  /** Set when the scenario's body has ended: how often the loop turns after that is its own affair. */
  boolean over;

  static final class Oops extends Exception {
    private static final long serialVersionUID = 1;

    Oops(String message) {
      super(message);
    }
  }

  // ---- for the tests

  final List<String> lines() {
    return List.copyOf(log);
  }

  /** Has new loops run on a backend, on a clock that jumps. */
  final LoopPolicy policy(String backend) {
    LoopPolicy jumping = TestClock.policy(TestClock.Mode.JUMPING, LoopPolicy.forBackend(backend));
    return new LoopPolicy() {
      @Override
      public Backend backend() {
        return jumping.backend();
      }

      @Override
      public EventLoop newEventLoop() {
        loop = jumping.newEventLoop();
        loop.setExceptionHandler((failed, context) -> {
          if (!context.message().contains("never retrieved")) {
            log("handler", context.exception());
          }
        });
        return loop;
      }
    };
  }

  // ---- for the scenarios

  static EventLoop newLoop() {
    return LoopPolicy.get().newEventLoop();
  }

  final void log(Object... values) {
    StringBuilder line = new StringBuilder();
    line.append(loop == null ? 0 : loop.time().toMillis());
    for (Object value : values) {
      line.append(' ').append(text(value));
    }
    log.add(line.toString());
  }

  /** Logs the iterations that follow. */
  final void ticks(int count) {
    tick(1, count);
  }

  private void tick(int number, int count) {
    if (over) {
      return;
    }
    log("tick", number);
    if (number < count) {
      loop.callSoon(() -> tick(number + 1, count));
    }
  }

  /** Sleeps several times, and tells of it. */
  final Awaitable<String> worker(String name, int... delaysMillis) {
    return () -> {
      log(name, "starts");
      try {
        for (int delay : delaysMillis) {
          sleep(ms(delay));
          log(name, "goes on");
        }
      } catch (CancellationException e) {
        log(name, e);
        throw e;
      }
      log(name, "ends");
      return name;
    };
  }

  /** Sleeps, and fails. */
  final Awaitable<String> failing(String name, int delayMillis) {
    return () -> {
      worker(name, delayMillis).await();
      throw new Oops(name);
    };
  }

  /** For callbacks, which may not throw checked exceptions. */
  @SuppressWarnings("unchecked")
  static <E extends Exception> RuntimeException sneaky(Exception exception) throws E {
    throw (E) exception;
  }

  static Duration ms(int millis) {
    return Duration.ofMillis(millis);
  }

  /** What an awaitable, or a call, comes to, as text. */
  static String outcome(Awaitable<?> call) {
    try {
      return text(call.await());
    } catch (Throwable t) {
      return describe(t);
    }
  }

  static String outcome(AwaitableAction call) {
    return outcome(() -> {
      call.await();
      return null;
    });
  }

  static String text(Object value) {
    if (value instanceof Throwable thrown) {
      return describe(thrown);
    }
    if (value instanceof Outcome.Success<?> success) {
      return text(success.value());
    }
    if (value instanceof Outcome.Failure<?> failure) {
      return describe(failure.exception());
    }
    if (value instanceof Collection<?> list) {
      return list.stream().map(Scenarios::text).collect(Collectors.joining(", ", "[", "]"));
    }
    return value instanceof LoopFuture<?> future ? state(future) : String.valueOf(value);
  }

  /** Futures by what has become of them, in the order of that text: asyncio's sets have none. */
  static List<String> states(Collection<? extends LoopFuture<?>> futures) {
    return futures.stream().map(Scenarios::state).sorted().toList();
  }

  /** Its name, and its message where that is not of the library's making. */
  static String describe(Throwable thrown) {
    String name = NAMES.getOrDefault(
        thrown.getClass(), thrown.getClass().getSimpleName().replaceFirst("Exception$", ""));
    if (thrown instanceof ExceptionGroup group) {
      return "ExceptionGroup" + text(group.exceptions());
    }
    boolean ours = thrown instanceof Oops || thrown instanceof CancellationException;
    return ours && thrown.getMessage() != null ? name + "(" + thrown.getMessage() + ")" : name;
  }

  static String state(LoopFuture<?> future) {
    if (!future.done()) {
      return "pending";
    }
    if (future.cancelled()) {
      return "cancelled";
    }
    Throwable failure = future.exception();
    return failure == null ? outcome(future::result) : describe(failure);
  }
}
