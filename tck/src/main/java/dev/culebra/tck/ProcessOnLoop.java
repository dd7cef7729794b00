// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createSubprocessExec;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.process.AsyncProcess;
import dev.culebra.process.ProcessOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Proves after each test of child processes that none is left, and no zombie. */
abstract class ProcessOnLoop extends OnLoop {

  static final ProcessOptions PIPED = ProcessOptions.PIPED;

  @TempDir
  Path directory;

  @BeforeEach
  void needsShell() {
    assumeTrue(File.separatorChar == '/' && Files.isExecutable(Path.of("/bin/sh")), "no /bin/sh");
  }

  /** A child that has ended and was not reaped, or that runs on: proc_pid_stat(5). */
  @AfterEach
  void noChildIsLeft() throws Exception {
    if (!loop.isClosed()) { // the JDK's pipes end in threads of their own, later than the child
      run(() -> awaitDescriptorsClosed());
    }
    if (Files.isDirectory(Path.of("/proc/self"))) {
      awaitAside("the end of each child", () -> children().isEmpty());
    }
  }

  private static List<String> children() {
    try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
      List<String> children = new ArrayList<>();
      for (Path thread : threads.toList()) {
        Path file = thread.resolve("children");
        if (Files.exists(file)) {
          String text = Files.readString(file).strip();
          if (!text.isEmpty()) {
            children.add(text);
          }
        }
      }
      return children;
    } catch (IOException e) {
      return List.of("unknown: " + e);
    }
  }

  /** The options that a program cannot have on this backend end the test, with the reason. */
  final AsyncProcess startIfPossible(List<String> command, ProcessOptions options)
      throws IOException {
    try {
      return createSubprocessExec(command, options);
    } catch (UnsupportedOperationException e) {
      assertTrue(nonNull(e.getMessage()).contains("native backend"), e.getMessage());
      assumeTrue(!loop.backend().equals("nio"), e.getMessage());
      throw e;
    }
  }

  static List<String> sh(String line) {
    return List.of("/bin/sh", "-c", line);
  }
}
