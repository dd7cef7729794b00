// SPDX-License-Identifier: Apache-2.0
package dev.culebra.test;

import dev.culebra.EventLoop;
import dev.culebra.ExceptionContext;
import dev.culebra.LoopPolicy;
import dev.culebra.Task;
import dev.culebra.internal.loop.Inspection;
import dev.culebra.internal.loop.SelectorLoop;
import dev.culebra.test.internal.Descriptors;
import dev.culebra.test.internal.Leftovers;
import dev.culebra.test.internal.WarmUp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs the methods of one test on one loop, one after the other, and says what they left behind.
 *
 * <p>The loop runs on a thread of its own, so that JUnit's can give it up when its time is over: a
 * callback that never returns cannot be ended.
 */
final class TestRun {

  /** What does not end, or answer, within this after it was asked to is given up. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final String name;
  private final WithLoop settings;
  private final boolean checksDescriptors;
  private final Map<String, String> descriptorsBefore;
  private final SelectorLoop loop;
  private final TestClock clock;
  private final Reports reports = new Reports();
  private boolean givenUp;

  private TestRun(String name, LoopPolicy policy, WithLoop settings, boolean checksDescriptors) {
    this.name = name;
    this.settings = settings;
    this.checksDescriptors = checksDescriptors;
    this.descriptorsBefore = checksDescriptors ? Descriptors.open() : Map.of();
    this.loop = (SelectorLoop) TestClock.policy(settings.clock(), policy).newEventLoop();
    this.clock = TestClock.of(loop);
    reports.attachTo(loop);
  }

  static TestRun open(String name, LoopPolicy policy, WithLoop settings, boolean alone)
      throws Exception {
    boolean checksDescriptors = alone && settings.checkDescriptors() && Descriptors.areListed();
    if (checksDescriptors) {
      WarmUp.once(policy);
    }
    return new TestRun(name, policy, settings, checksDescriptors);
  }

  EventLoop loop() {
    return loop;
  }

  TestClock clock() {
    return clock;
  }

  Reports reports() {
    return reports;
  }

  /** A method of the test. */
  @FunctionalInterface
  interface Body {
    @Nullable Object run() throws Throwable;
  }

  // ---- running

  /** Runs a method as a task of the loop. */
  void run(Body body) throws Exception {
    if (givenUp) {
      throw new AssertionError("the loop of " + name + " was given up: it did not answer");
    }
    try {
      onLoopThread(
          () -> loop.<@Nullable Object>runUntilComplete(() -> call(body)),
          settings.timeoutMillis());
    } catch (OutOfTimeException e) {
      throw new AssertionError(name
          + " did not end within the "
          + settings.timeoutMillis()
          + " ms that @WithLoop gives it; "
          + e.getMessage());
    }
  }

  private static @Nullable Object call(Body body) throws Exception {
    try {
      return body.run();
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  /** Says what the loop was doing. */
  private static final class OutOfTimeException extends Exception {

    private static final long serialVersionUID = 1;

    OutOfTimeException(String state) {
      super(state);
    }
  }

  /** Runs something that runs the loop, which is stopped when its time is over. */
  private void onLoopThread(Callable<?> body, long timeoutMillis) throws Exception {
    FutureTask<?> task = new FutureTask<>(body);
    Thread thread = Thread.ofPlatform().daemon().name("culebra-test").start(task);
    try {
      task.get(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw TestRun.<RuntimeException>raise(e.getCause());
    } catch (TimeoutException e) {
      String state = askForState(thread);
      stop(thread);
      throw new OutOfTimeException(state);
    } catch (InterruptedException e) {
      stop(thread);
      throw e;
    }
  }

  private String askForState(Thread thread) throws InterruptedException {
    CompletableFuture<String> answer = new CompletableFuture<>();
    loop.callSoonThreadsafeUnlessClosed(() -> answer.complete("at "
        + clock
        + " there are the tasks "
        + loop.liveTasks()
        + " and the timers "
        + Inspection.timers(loop)));
    try {
      return answer.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return "its loop does not answer: a callback, or a task, blocks it"
          + Arrays.stream(thread.getStackTrace())
              .map(frame -> System.lineSeparator() + "\tat " + frame)
              .collect(Collectors.joining());
    }
  }

  private void stop(Thread thread) throws InterruptedException {
    loop.callSoonThreadsafeUnlessClosed(loop::stop);
    givenUp = !thread.join(GRACE);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <X extends Throwable> X raise(@Nullable Throwable throwable) throws X {
    throw (X) Objects.requireNonNull(throwable);
  }

  // ---- the end

  /** Closes the loop; fails with all that is left. */
  void end() throws Exception {
    List<String> left = new ArrayList<>();
    List<ExceptionContext> untaken = List.of();
    if (!givenUp) {
      settle(left);
      endTasks(left);
      Inspection.timers(loop).forEach(timer -> left.add("a timer: " + timer));
      int open = Inspection.openResources(loop);
      if (open > 0) {
        left.add(open + " open connections or servers");
      }
      untaken = reports.takeAll();
      close(left);
    }
    if (!givenUp && checksDescriptors) {
      Leftovers.newDescriptors(descriptorsBefore, GRACE)
          .forEach((number, target) -> left.add("a descriptor: " + number + " is " + target));
    }
    untaken.forEach(each -> left.add("a report: " + Reports.describe(each)));
    if (!left.isEmpty()) {
      AssertionError leak = new AssertionError(name
          + " has left behind"
          + left.stream()
              .map(each -> System.lineSeparator() + "  " + each)
              .collect(Collectors.joining()));
      untaken.stream()
          .map(ExceptionContext::exception)
          .filter(Objects::nonNull)
          .forEach(leak::addSuppressed);
      throw leak;
    }
  }

  /** Lets what is about to end do so: it may be a close, or the peer's task at the end of a stream. */
  private void settle(List<String> left) throws Exception {
    try {
      onLoopThread(
          () -> {
            clock.awaitIdle();
            return 0;
          },
          GRACE.toMillis());
    } catch (OutOfTimeException e) {
      if (givenUp) {
        left.add("a loop that goes on: " + e.getMessage());
      }
    } catch (RuntimeException e) {
      left.add("a loop that is broken: " + e);
    }
  }

  private void endTasks(List<String> left) throws Exception {
    List<Task<?>> tasks = givenUp ? List.of() : loop.liveTasks();
    for (Task<?> task : tasks) {
      left.add("a task that is not done: " + task);
      task.cancel();
    }
    if (!tasks.isEmpty()) {
      settle(left);
      for (Task<?> task : tasks) {
        if (task.done() && !task.cancelled()) {
          task.exception(); // it belongs to a leak that is told already
        }
      }
    }
  }

  private void close(List<String> left) throws Exception {
    try {
      onLoopThread(
          () -> {
            loop.close();
            return 0;
          },
          GRACE.toMillis());
    } catch (OutOfTimeException e) {
      left.add("a loop that cannot be closed: " + e.getMessage());
    }
  }
}
