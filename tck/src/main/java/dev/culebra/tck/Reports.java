// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.fail;

import dev.culebra.EventLoop;
import dev.culebra.ExceptionContext;
import dev.culebra.ExceptionHandler;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a loop reports to its exception handler until a test takes it. */
final class Reports implements ExceptionHandler {

  private final List<ExceptionContext> untaken = new ArrayList<>();

  @Override
  public synchronized void handle(EventLoop loop, ExceptionContext context) {
    untaken.add(context);
  }

  /** Takes the first report whose message has this in it; fails if there is none. */
  synchronized ExceptionContext take(String partOfMessage) {
    for (ExceptionContext each : untaken) {
      if (each.message().contains(partOfMessage)) {
        untaken.remove(each);
        return each;
      }
    }
    return fail("missing: a report of '" + partOfMessage + "'; there are: " + untaken);
  }

  /** How many have not been taken. */
  synchronized int count() {
    return untaken.size();
  }

  /** Fails if there is a report that the test did not expect. */
  synchronized void assertNoneLeft() {
    if (!untaken.isEmpty()) {
      AssertionError unexpected = new AssertionError("unexpected reports: " + untaken);
      untaken.forEach(each -> {
        if (each.exception() != null) {
          unexpected.addSuppressed(each.exception());
        }
      });
      throw unexpected;
    }
  }
}
