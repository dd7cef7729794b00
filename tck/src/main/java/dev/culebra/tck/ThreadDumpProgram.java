// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.LoopPolicy;
import dev.culebra.Task;
import dev.culebra.spi.Backend;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ServiceLoader;

/** Prints what {@code jcmd Thread.dump_to_file} writes while a task is parked. */
final class ThreadDumpProgram {

  static final String TASK = "the-parked-task";

  private ThreadDumpProgram() {}

  /** Takes the name of a backend's class. */
  public static void main(String[] arguments) throws Exception {
    Backend backend = ServiceLoader.load(Backend.class).stream()
        .filter(provider -> provider.type().getName().equals(arguments[0]))
        .findFirst()
        .orElseThrow()
        .get();
    LoopPolicy policy = () -> backend;
    try (EventLoop loop = policy.newEventLoop()) {
      loop.runUntilComplete(() -> {
        LoopFuture<String> future = loop.createFuture();
        Task<String> task = createTask(future, TASK);
        sleep(Duration.ZERO);
        sleep(Duration.ZERO);
        System.out.println(dump());
        future.setResult("done");
        return task.await();
      });
    }
  }

  private static String dump() throws Exception {
    HotSpotDiagnosticMXBean hotSpot =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    Path directory = Files.createTempDirectory("culebra");
    Path file = directory.resolve("threads.txt");
    try {
      hotSpot.dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
      return Files.readString(file);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(directory);
    }
  }
}
