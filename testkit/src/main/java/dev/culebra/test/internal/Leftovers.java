// SPDX-License-Identifier: Apache-2.0
package dev.culebra.test.internal;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Proves that neither descriptors nor threads are left behind. */
public final class Leftovers {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long PAUSE_NANOS = 1_000_000;

  /** Threads that come by themselves: the JVM's, JUnit's, and those of Culebra's that expire. */
  private static final Pattern EXPECTED = Pattern.compile(
      "junit-.*|culebra-orphans-.*|culebra-resolver-.*|culebra-cleaner|culebra-watchdog|VirtualThread-un.*|.*Poller|ForkJoinPool.*"
          + "|process reaper.*|Common-Cleaner|Cleaner-.*|Attach Listener|Signal Dispatcher"
          + "|Finalizer|Reference Handler|Notification Thread|surefire.*|last-ditch.*|ping-.*"
          + "|JFR.*|DestroyJavaVM");

  private static final Pattern TASK_NAME =
      Pattern.compile("\"name\": \"((?:Task-|culebra-loop|culebra-executor-|tck-).*?)\"");

  private Leftovers() {}

  /** The platform threads that are not to outlive a test. */
  public static Set<String> platformThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .filter(thread -> !EXPECTED.matcher(thread.getName()).matches())
        .map(thread -> thread.getName() + " #" + thread.threadId())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The virtual threads that are tasks, or that a test has started. */
  public static Set<String> taskThreads() {
    HotSpotDiagnosticMXBean hotSpot =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    Set<String> names = new TreeSet<>();
    if (hotSpot == null) {
      return names;
    }
    try {
      Path directory = Files.createTempDirectory("culebra");
      Path file = directory.resolve("threads.json");
      hotSpot.dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.JSON);
      Matcher name = TASK_NAME.matcher(Files.readString(file));
      while (name.find()) {
        names.add(name.group(1));
      }
      Files.delete(file);
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  public static void assertDescriptors(Map<String, String> before) {
    assertSettles("open descriptors", before, Descriptors::open);
  }

  public static void assertPlatformThreads(Set<String> before) {
    assertSettles("new platform threads", Set.of(), () -> {
      Set<String> now = platformThreads();
      now.removeAll(before);
      return now;
    });
  }

  public static void assertTaskThreads(Set<String> before) {
    assertSettles("threads of tasks", before, Leftovers::taskThreads);
  }

  /** What is open that was not before, once what ends in another thread has done so. */
  public static Map<String, String> newDescriptors(Map<String, String> before, Duration patience) {
    return settled(Map.of(), patience, () -> {
      Map<String, String> now = Descriptors.open();
      now.entrySet().removeAll(before.entrySet());
      return now;
    });
  }

  private static void assertSettles(String what, Object expected, Supplier<?> actual) {
    Object now = settled(expected, PATIENCE, actual);
    if (!now.equals(expected)) {
      throw new AssertionError(what + ": expected " + expected + ", there are " + now);
    }
  }

  /** What ends in another thread may take a moment longer. */
  private static <T> T settled(Object expected, Duration patience, Supplier<T> actual) {
    long startNanos = System.nanoTime();
    T now = actual.get();
    while (!now.equals(expected) && System.nanoTime() - startNanos < patience.toNanos()) {
      LockSupport.parkNanos(PAUSE_NANOS);
      now = actual.get();
    }
    return now;
  }
}
