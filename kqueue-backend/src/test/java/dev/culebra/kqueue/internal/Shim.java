// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue.internal;

import dev.culebra.spi.Backend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Has the tests run on Linux: compiles {@code src/test/c/kqueue.c}, unless {@code
 * -Dculebra.kqueue.library} names another library. Where there is no C compiler, the backend says why it
 * cannot run, and the tests are skipped.
 */
final class Shim {

  private static final String PROPERTY = "culebra.kqueue.library";

  /** Whether the kqueue is the shim's own, which tells more than others do. */
  static final boolean IS_USED = use();

  private Shim() {}

  /** A backend that can run here, if there is any. */
  static Backend backend() {
    boolean ignored = IS_USED;
    return new KqueueBackend();
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
            "cc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-pthread", "-o",
            made.toString(), source.toString()))
        .redirectErrorStream(true)
        .start();
    String output = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (compiler.waitFor() != 0) {
        throw new IllegalStateException(output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    try {
      return Files.move(made, library, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
