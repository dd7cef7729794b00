// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts processes, and ends all of them in every way out of this one.
 *
 * <p><b>Lifecycle</b>: with {@link #close}, or with this JVM, all that runs is ended and the scratch folder removed.
 */
final class Children implements AutoCloseable {

  private static final long GOODBYE_SECONDS = 3;

  private final Path scratch;
  private final List<Process> started = new ArrayList<>();
  private boolean ended;
  private final Thread atExit = new Thread(this::endAll, "end-children");

  Children() throws IOException {
    scratch = Files.createTempDirectory("culebra-bench-");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** A folder that is gone with the children, with a short name, as Unix sockets need it. */
  Path scratch() {
    return scratch;
  }

  /** Starts one, unless this is over: nothing is left behind by a start that an end overtakes. */
  synchronized Process start(ProcessBuilder builder) throws IOException {
    if (ended) {
      throw new IOException("this is over");
    }
    Process process = builder.start();
    started.removeIf(earlier -> !earlier.isAlive());
    started.add(process);
    return process;
  }

  /** Asks a process to end, and makes it. */
  static void end(Process process) {
    process.destroy();
    try {
      if (process.waitFor(GOODBYE_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }

  private synchronized void endAll() {
    ended = true;
    started.forEach(Process::destroyForcibly);
    try (Stream<Path> files = Files.walk(scratch)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // What is left there is for whoever cleans the folder for temporary files.
    }
  }

  @Override
  public void close() {
    endAll();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is ending: the hook runs already.
    }
  }
}
