// SPDX-License-Identifier: Apache-2.0
package dev.culebra.test;

import dev.culebra.EventLoop;
import dev.culebra.ExceptionContext;
import dev.culebra.ExceptionHandler;
import dev.culebra.internal.loop.Inspection;
import dev.culebra.internal.loop.SelectorLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a loop reports to its exception handler until a test takes it (asyncio's
 * {@code set_exception_handler}).
 *
 * <pre>{@code
 * loop.callSoon(() -> { throw new IllegalStateException("planted"); });
 * Asyncio.sleep(Duration.ZERO);
 * assertEquals("planted", reports.take("Exception in callback").exception().getMessage());
 * }</pre>
 *
 * <p><b>Threading</b>: all methods may be called from any thread, except that those that look for
 * failures that nobody has looked at ({@link #takeUnretrieved}, {@link #assertNoneLeft}) are called on
 * the loop, or while it does not run.
 */
public final class Reports implements ExceptionHandler {

  private final List<ExceptionContext> untaken = new ArrayList<>();
  private @Nullable SelectorLoop watched;

  /** Makes an exception handler; {@link #attachTo} a loop, or set it as any other. */
  public Reports() {}

  /**
   * Becomes the exception handler of a loop, and watches for failures that nobody looks at: a plain
   * handler is told of those only once their future is garbage.
   *
   * @param loop a loop that has nothing to report yet
   * @throws IllegalStateException if this is attached to another loop
   */
  public void attachTo(EventLoop loop) {
    if (watched != null) {
      throw new IllegalStateException("attached to " + watched + "; make new Reports()");
    }
    if (!(loop instanceof SelectorLoop made)) {
      throw new IllegalArgumentException("not a loop that LoopPolicy.newEventLoop() made: " + loop);
    }
    watched = made;
    Inspection.keepUnretrieved(made);
    loop.setExceptionHandler(this);
  }

  @Override
  public synchronized void handle(EventLoop loop, ExceptionContext context) {
    untaken.add(context);
  }

  /**
   * Takes the first report whose message has a text in it.
   *
   * @param partOfMessage what is looked for, such as {@code "Exception in callback"}
   * @return the report
   * @throws AssertionError if there is none
   */
  public synchronized ExceptionContext take(String partOfMessage) {
    ExceptionContext found = takeFirst(each -> each.message().contains(partOfMessage));
    if (found == null) {
      throw new AssertionError(
          "missing: a report of '" + partOfMessage + "'; there are: " + describeAll());
    }
    return found;
  }

  /**
   * Takes a failure that nobody has looked at (asyncio's "exception was never retrieved"), without
   * waiting for its future to be garbage.
   *
   * @param <X> the type of the failure
   * @param type its class
   * @return the failure
   * @throws AssertionError if there is none
   */
  public synchronized <X extends Throwable> X takeUnretrieved(Class<X> type) {
    collectUnretrieved();
    ExceptionContext found = takeFirst(each ->
        type.isInstance(each.exception()) && each.message().contains("was never retrieved"));
    if (found == null) {
      throw new AssertionError(
          "missing: an unretrieved " + type.getName() + "; there are: " + describeAll());
    }
    return type.cast(Objects.requireNonNull(found.exception()));
  }

  /**
   * Counts the reports that have not been taken.
   *
   * @return how many there are
   */
  public synchronized int count() {
    return untaken.size();
  }

  /**
   * Fails if there is a report that was not taken, or a failure that nobody has looked at.
   *
   * @throws AssertionError if so; what was reported is suppressed in it
   */
  public void assertNoneLeft() {
    List<ExceptionContext> left = takeAll();
    if (!left.isEmpty()) {
      AssertionError unexpected = new AssertionError("unexpected reports: " + describe(left));
      left.forEach(each -> {
        if (each.exception() != null) {
          unexpected.addSuppressed(each.exception());
        }
      });
      throw unexpected;
    }
  }

  synchronized List<ExceptionContext> takeAll() {
    collectUnretrieved();
    List<ExceptionContext> all = List.copyOf(untaken);
    untaken.clear();
    return all;
  }

  private void collectUnretrieved() {
    if (watched != null) {
      untaken.addAll(Inspection.takeUnretrieved(watched));
    }
  }

  private @Nullable ExceptionContext takeFirst(Predicate<ExceptionContext> wanted) {
    for (ExceptionContext each : untaken) {
      if (wanted.test(each)) {
        untaken.remove(each);
        return each;
      }
    }
    return null;
  }

  private List<String> describeAll() {
    return describe(untaken);
  }

  private static List<String> describe(List<ExceptionContext> contexts) {
    return contexts.stream().map(Reports::describe).toList();
  }

  static String describe(ExceptionContext context) {
    return context.message() + (context.exception() == null ? "" : ": " + context.exception());
  }
}
