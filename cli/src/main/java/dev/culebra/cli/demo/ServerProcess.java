// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.demo;

import dev.culebra.cli.OwnJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A server of the demo in a JVM of its own, which has the flags of this one.
 *
 * <p><b>Lifecycle</b>: ends with {@link #close}, or with this JVM.
 */
final class ServerProcess implements AutoCloseable {

  private static final String LISTENING = "listening on 127.0.0.1:";
  private static final long START_LIMIT_SECONDS = 20;

  private final String name;
  private final Process process;
  private final Thread killer;
  private final int port;

  private ServerProcess(String name, Process process) throws IOException {
    this.name = name;
    this.process = process;
    this.killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
    try {
      this.port = awaitPort();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts a server and waits until it accepts.
   *
   * @param name what to call it
   * @param jvmFlags more flags for its JVM
   * @param server which one, as {@link ServerMain} takes it
   */
  static ServerProcess start(String name, List<String> jvmFlags, String server) throws IOException {
    Process process = new ProcessBuilder(command(jvmFlags, server))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    return new ServerProcess(name, process);
  }

  /** How to run a server as this JVM was run. */
  static List<String> command(List<String> jvmFlags, String server) {
    return OwnJvm.command(ServerMain.class, jvmFlags, server);
  }

  private int awaitPort() throws IOException {
    CompletableFuture<String> firstLine = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        firstLine.complete(String.valueOf(out.readLine()));
        while (out.readLine() != null) {
          // Whatever else it says is read, so that it never waits for a reader.
        }
      } catch (IOException e) {
        firstLine.completeExceptionally(e);
      }
    });
    try {
      String line = firstLine.get(START_LIMIT_SECONDS, TimeUnit.SECONDS);
      if (line.startsWith(LISTENING)) {
        return Integer.parseInt(line.substring(LISTENING.length()));
      }
      throw new IOException("the server on " + name + " did not start");
    } catch (TimeoutException | ExecutionException e) {
      throw new IOException(
          "the server on " + name + " did not start within " + START_LIMIT_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  String name() {
    return name;
  }

  int port() {
    return port;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      // The JVM is ending: the hook runs already.
    }
  }
}
