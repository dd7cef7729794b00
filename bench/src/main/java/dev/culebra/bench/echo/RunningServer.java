// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server that listens, in a process of its own. */
final class RunningServer implements AutoCloseable {

  private static final String LISTENING = "listening on ";
  private static final long START_LIMIT_SECONDS = 30;
  private static final int LINES_OF_COMPLAINT = 5;

  private final String name;
  private final Site site;
  private final Process process;
  private final Path errors;
  private final String address;

  private RunningServer(String name, Site site, Process process, Path errors) {
    this.name = name;
    this.site = site;
    this.process = process;
    this.errors = errors;
    this.address = awaitAddress();
  }

  /** Starts one, and waits until it listens. */
  static RunningServer start(Contestant contestant, Kind kind, Site site, Children children)
      throws IOException {
    Path errors = children.scratch().resolve(contestant.name() + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(contestant.command().apply(kind, site)).redirectError(errors.toFile());
    builder.environment().putAll(contestant.environment());
    Process process = children.start(builder);
    try {
      return new RunningServer(contestant.name(), site, process, errors);
    } catch (RuntimeException e) {
      Children.end(process);
      throw e;
    }
  }

  private String awaitAddress() {
    CompletableFuture<String> listening = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        // Whatever else it says is read, too, lest it wait for a reader.
        for (String line; (line = out.readLine()) != null; ) {
          if (line.startsWith(LISTENING)) {
            listening.complete(line.substring(LISTENING.length()));
          }
        }
        listening.completeExceptionally(new IOException("it ended"));
      } catch (IOException e) {
        listening.completeExceptionally(e);
      }
    });
    try {
      return listening.get(START_LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw Failure.failed(name + " did not start: " + complaint());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.failed("interrupted");
    }
  }

  /** The end of what it said on its standard error. */
  String complaint() {
    try {
      List<String> lines = Files.readAllLines(errors, StandardCharsets.UTF_8);
      List<String> last =
          lines.subList(Math.max(0, lines.size() - LINES_OF_COMPLAINT), lines.size());
      return last.isEmpty() ? "it says nothing" : "it says: " + String.join(" / ", last);
    } catch (IOException e) {
      return "what it said cannot be read: " + e;
    }
  }

  String name() {
    return name;
  }

  Site site() {
    return site;
  }

  long pid() {
    return process.pid();
  }

  String port() {
    return address.substring(address.lastIndexOf(':') + 1);
  }

  @Override
  public void close() throws IOException {
    Children.end(process);
    Files.deleteIfExists(site.socket());
  }
}
