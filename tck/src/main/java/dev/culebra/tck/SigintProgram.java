// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.sleep;

import dev.culebra.Asyncio;
import dev.culebra.Awaitable;
import dev.culebra.KeyboardInterruptException;
import dev.culebra.LoopPolicy;
import dev.culebra.PosixSignal;
import dev.culebra.RunOptions;
import dev.culebra.Runner;
import dev.culebra.Task;
import dev.culebra.spi.Backend;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Waits in a run for the SIGINT that a test sends when it reads "ready", and prints what happens. */
final class SigintProgram {

  private static final Duration LONG = Duration.ofHours(1);

  private SigintProgram() {}

  /** Takes the name of a backend's class and that of a scenario. */
  public static void main(String[] arguments) throws Exception {
    useBackend(arguments[0]);
    switch (arguments[1]) {
      case "caught" -> caught();
      case "caught on a virtual thread" -> onVirtualThread();
      case "uncaught" -> uncaught();
      case "uncaught with handlers" -> uncaughtWithHandlers();
      case "swallowed" -> swallowed();
      case "swallowed for ever" -> swallowedForEver();
      case "cancelled by others too" -> cancelledByOthersToo();
      case "too late" -> {
        tooLate(() -> "done");
        tooLate(() -> {
          throw new IOException("planted");
        });
      }
      case "not handled" ->
        Asyncio.run(SigintProgram::waitAndClean, RunOptions.DEFAULT.withHandleSigint(false));
      case "wait" -> Asyncio.run(SigintProgram::waitAndClean);
      case "after a run" -> afterARun();
      case "own handler" -> ownHandler();
      case "own handler during the run" -> ownHandlerDuringTheRun();
      case "handler of the loop" -> handlerOfTheLoop();
      case "two runs at once" -> twoRunsAtOnce();
      default -> throw new IllegalArgumentException(arguments[1]);
    }
  }

  static void useBackend(String className) {
    Backend backend = ServiceLoader.load(Backend.class).stream()
        .filter(provider -> provider.type().getName().equals(className))
        .findFirst()
        .orElseThrow()
        .get();
    LoopPolicy.set(() -> backend);
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private static void waitAndClean() {
    try {
      say("ready");
      sleep(LONG);
    } finally {
      sleep(Duration.ofMillis(1));
      say("clean");
    }
  }

  private static void caught() throws Exception {
    try (Runner runner = new Runner()) {
      for (int i = 0; i < 2; i++) {
        try {
          runner.run(SigintProgram::waitAndClean);
        } catch (KeyboardInterruptException e) {
          say("caught, caused by " + e.getCause());
        }
      }
      say(runner.run(() -> sleep(Duration.ZERO, "goes on")));
    }
  }

  private static void onVirtualThread() throws Exception {
    Thread.ofVirtual()
        .start(() -> {
          try {
            Asyncio.run(SigintProgram::waitAndClean);
          } catch (Exception e) {
            say(e.getClass().getSimpleName());
          }
        })
        .join();
  }

  private static void uncaught() throws Exception {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> say("hook")));
    Asyncio.run(() -> {
      createTask(() -> {
        try {
          sleep(LONG);
        } finally {
          say("other task");
        }
      });
      waitAndClean();
    });
  }

  private static void uncaughtWithHandlers() throws Exception {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> say("default handler: " + e.getClass().getSimpleName()));
    Thread own = Thread.ofPlatform()
        .uncaughtExceptionHandler((thread, e) -> say("own: " + e.getClass().getSimpleName()))
        .start(SigintProgram::runUnchecked);
    own.join();
    runUnchecked();
  }

  private static void runUnchecked() {
    try {
      Asyncio.run(SigintProgram::waitAndClean);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void swallowed() throws Exception {
    say(Asyncio.run(() -> {
      try {
        say("ready");
        return sleep(LONG, "never");
      } catch (CancellationException e) {
        return sleep(Duration.ofMillis(1), "swallowed");
      }
    }));
  }

  private static void swallowedForEver() throws Exception {
    Asyncio.run(() -> {
      for (int i = 0; i < 10; i++) {
        try {
          say("ready");
          sleep(LONG);
        } catch (CancellationException e) {
          say("swallowed");
        }
      }
    });
  }

  private static void cancelledByOthersToo() throws Exception {
    try (Runner runner = new Runner()) {
      Task<String> main = runner.getLoop().createTask(() -> {
        say("ready");
        return sleep(LONG, "never");
      });
      main.addDoneCallback(done -> {});
      Task<?> canceller = runner.getLoop().createTask(() -> {
        while (main.cancelling() == 0) {
          sleep(Duration.ZERO); // has a step in every iteration, so before the main task's last one
        }
        main.cancel("by another");
      });
      try {
        runner.run(main);
      } catch (CancellationException e) {
        say(e.getClass().getSimpleName() + ": " + canceller.done());
      }
    }
  }

  /** The main task is done, the loop about to stop: only the exception can tell of the SIGINT. */
  private static void tooLate(Awaitable<String> body) throws Exception {
    try (Runner runner = new Runner()) {
      Task<String> main = runner.getLoop().createTask(body);
      main.addDoneCallback(done -> handleAsIfItCame());
      say("returned " + runner.run(main));
    } catch (KeyboardInterruptException e) {
      say("caught, suppressed: " + List.of(e.getSuppressed()));
    }
  }

  private static void handleAsIfItCame() {
    try {
      Object inPlace = install(handler(() -> {}));
      install(inPlace);
      Class.forName("sun.misc.SignalHandler")
          .getMethod("handle", Class.forName("sun.misc.Signal"))
          .invoke(inPlace, signal());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static void afterARun() throws Exception {
    say(Asyncio.run(() -> sleep(Duration.ZERO, "has run")));
    say("ready");
    Thread.sleep(LONG.toMillis());
  }

  private static void ownHandler() throws Exception {
    CompletableFuture<@Nullable Void> came = new CompletableFuture<>();
    Object handler = handler(() -> came.complete(null));
    install(handler);
    Asyncio.run(() -> {
      say("ready");
      while (!came.isDone()) {
        sleep(Duration.ofNanos(100_000));
      }
      say("own handler");
    });
    say("still in place: " + (install(handler) == handler));
  }

  private static void ownHandlerDuringTheRun() throws Exception {
    CompletableFuture<@Nullable Void> came = new CompletableFuture<>();
    Object handler = handler(() -> came.complete(null));
    Object[] replaced = new Object[1];
    Asyncio.run(() -> {
      replaced[0] = install(handler);
    });
    say("still in place: " + (install(handler) == handler));
    install(replaced[0]); // what it got, it gives back: Culebra's, which has ended
    say("ready");
    Thread.sleep(LONG.toMillis());
  }

  private static void handlerOfTheLoop() throws Exception {
    try (Runner runner = new Runner()) {
      try {
        runner.run(() -> {
          var came = getRunningLoop().<@Nullable Void>createFuture();
          getRunningLoop().addSignalHandler(PosixSignal.SIGINT, () -> {
            say("callback");
            came.setResult(null);
          });
          say("ready");
          came.await();
          getRunningLoop().removeSignalHandler(PosixSignal.SIGINT);
          waitAndClean();
        });
      } catch (KeyboardInterruptException e) {
        say("caught");
      }
      runner.run(() -> {
        getRunningLoop().addSignalHandler(PosixSignal.SIGINT, () -> say("never"));
        say("left in place"); // the run is over before the handler is
      });
    }
    try {
      Asyncio.run(SigintProgram::waitAndClean);
    } catch (KeyboardInterruptException e) {
      say("caught");
    }
  }

  private static void twoRunsAtOnce() throws Exception {
    CountDownLatch mayRunSecond = new CountDownLatch(1);
    CompletableFuture<Runnable> endSecond = new CompletableFuture<>();
    Thread second = Thread.ofPlatform().start(() -> {
      try {
        mayRunSecond.await();
        Asyncio.run(() -> {
          var end = getRunningLoop().<@Nullable Void>createFuture();
          var loop = getRunningLoop();
          endSecond.complete(() -> loop.callSoonThreadsafe(() -> end.setResult(null)));
          end.await();
          say("second ends");
        });
      } catch (Exception e) {
        say("second: " + e);
      }
    });
    try {
      Asyncio.run(() -> {
        mayRunSecond.countDown();
        while (!endSecond.isDone()) {
          sleep(Duration.ofNanos(100_000));
        }
        waitAndClean();
      });
    } catch (KeyboardInterruptException e) {
      say("first caught");
    }
    endSecond.get().run();
    second.join();
  }

  // ---- sun.misc.Signal, of which javac would warn

  private static Object handler(Runnable action) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.SignalHandler");
    return Proxy.newProxyInstance(
        SigintProgram.class.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
          action.run();
          return null;
        });
  }

  private static Object install(Object handler) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Signal");
    return type.getMethod("handle", type, Class.forName("sun.misc.SignalHandler"))
        .invoke(null, signal(), handler);
  }

  private static Object signal() throws ReflectiveOperationException {
    return Class.forName("sun.misc.Signal").getConstructor(String.class).newInstance("INT");
  }
}
