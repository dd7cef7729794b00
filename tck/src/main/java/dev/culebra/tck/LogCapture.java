// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Keeps what is logged from the console and for the test, as long as it is open. */
final class LogCapture extends Handler implements AutoCloseable {

  private final Logger logger = Logger.getLogger("dev.culebra");
  private final List<LogRecord> untaken = new ArrayList<>();

  private final boolean slowSteps;

  /** Leaves out which steps were slow: in debug mode, on a busy machine, any may be. */
  LogCapture() {
    this(false);
  }

  LogCapture(boolean slowSteps) {
    this.slowSteps = slowSteps;
    logger.addHandler(this);
    logger.setUseParentHandlers(false);
  }

  /** What comes when the garbage of another test is collected is not this one's. */
  @Override
  public synchronized void publish(LogRecord logged) {
    String message = logged.getMessage();
    if (!message.contains("never retrieved") && (slowSteps || !message.startsWith("Executing "))) {
      untaken.add(logged);
    }
  }

  /** Takes the first record whose message has this in it; fails if there is none. */
  synchronized LogRecord take(String partOfMessage) {
    for (LogRecord each : untaken) {
      if (each.getMessage().contains(partOfMessage)) {
        untaken.remove(each);
        return each;
      }
    }
    return fail("missing: a log of '" + partOfMessage + "'; there are: " + messages());
  }

  /** Whether there is a record whose message has this in it. */
  synchronized boolean has(String partOfMessage) {
    return messages().stream().anyMatch(message -> message.contains(partOfMessage));
  }

  /** Forgets what there is. */
  synchronized void clear() {
    untaken.clear();
  }

  synchronized void assertNoneLeft() {
    assertEquals(List.of(), messages(), "unexpected logs");
  }

  private List<String> messages() {
    return untaken.stream().map(LogRecord::getMessage).toList();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }
}
