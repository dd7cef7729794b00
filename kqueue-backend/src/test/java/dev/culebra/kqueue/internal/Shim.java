// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue.internal;

import dev.culebra.posix.Link;
import dev.culebra.spi.Availability;
import dev.culebra.spi.Backend;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Has the tests run on Linux: compiles {@code src/test/c/kqueue.c}, unless {@code
 * -Dculebra.kqueue.library} names another library. Where there is no C compiler, the backend says why it
 * cannot run, and the tests are skipped.
 */
final class Shim {

  private static final String PROPERTY = "culebra.kqueue.library";

  private static final boolean IS_USED = use();

  private Shim() {}

  /** Whether the kqueue is this shim's own, of which more is known than of others. */
  static boolean isUsed() {
    return IS_USED;
  }

  /** A backend that can run here, if any can. */
  static Backend backend() {
    return new KqueueBackend();
  }

  static void assumeAvailable() {
    Availability availability = backend().availability();
    Assumptions.assumeTrue(availability.available(), availability.reason());
  }

  /** How often kevent was called so far, by the shim's own count. */
  static long calls() {
    MethodHandle calls = Link.plainCall(
        Link.library(Path.of(System.getProperty(PROPERTY, ""))),
        "kevent_calls",
        FunctionDescriptor.of(ValueLayout.JAVA_LONG));
    try {
      return (long) calls.invokeExact();
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  @SuppressWarnings("SystemOut") // a reason for tests that are skipped
  private static boolean use() {
    if (!System.getProperty("os.name").equals("Linux") || System.getProperty(PROPERTY) != null) {
      return false;
    }
    try {
      System.setProperty(PROPERTY, compile().toString());
      return true;
    } catch (IOException e) {
      System.out.println("kqueue is not tested here: " + e.getMessage());
      return false;
    }
  }

  private static Path compile() throws IOException {
    Path module = Path.of("").toAbsolutePath();
    if (Files.isDirectory(module.resolve("kqueue-backend"))) {
      module = module.resolve("kqueue-backend");
    }
    Path target = Files.createDirectories(module.resolve("target"));
    Path library = target.resolve("libkqueue-shim.so");
    Path source = module.resolve("src/test/c/kqueue.c");
    if (Files.exists(library)
        && Files.getLastModifiedTime(library).compareTo(Files.getLastModifiedTime(source)) > 0) {
      return library;
    }
    Path made = Files.createTempFile(target, "kqueue", ".so"); // other JVMs do the same
    Process compiler = new ProcessBuilder(List.of(
            "cc",
            "-O2",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-shared",
            "-fPIC",
            "-pthread",
            "-o",
            made.toString(),
            source.toString()))
        .redirectErrorStream(true)
        .start();
    String output = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (compiler.waitFor() != 0) {
        throw new AssertionError(output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return Files.move(made, library, StandardCopyOption.ATOMIC_MOVE);
  }
}
