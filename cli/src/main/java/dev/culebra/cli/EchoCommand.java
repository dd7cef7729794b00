// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.Asyncio;
import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.LoopPolicy;
import dev.culebra.net.Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves echo until it is told to end. */
@Command(
    name = "echo",
    description = "Sends back what it is sent, until SIGINT (Ctrl+C) or SIGTERM.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class EchoCommand implements Callable<Integer> {

  /** How long clients may take to read what is left for them. */
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  @ArgGroup(multiplicity = "1")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Endpoint endpoint;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "Where to listen (default: ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "nio, epoll or kqueue (default: the best that works here).")
  private @Nullable String backend;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "How the server is written: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private EchoMode mode = EchoMode.PROTOCOL;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    int port = endpoint.port(0);
    if (backend != null) {
      LoopPolicy.set(LoopPolicy.forBackend(backend));
    }
    Asyncio.run(() -> serve(port));
    return 0;
  }

  private void serve(int port) throws Exception {
    EventLoop loop = Asyncio.getRunningLoop();
    LoopFuture<@Nullable Void> told = loop.createFuture();
    Signals.onTermination(() -> complete(loop, told));
    Server server = start(port);
    try (server) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("listening on "
          + server.addresses().stream().map(HostPort::of).collect(Collectors.joining(", ")));
      out.flush();
      told.await();
    }
    server.closeClients();
    loop.callLater(GOODBYE, server::abortClients);
    server.awaitClosed();
  }

  private Server start(int port) {
    try {
      return mode.start(host, port);
    } catch (IOException e) {
      throw HostPort.cannotListen(host, port, e);
    }
  }

  private static void complete(EventLoop loop, LoopFuture<@Nullable Void> future) {
    try {
      loop.callSoonThreadsafe(() -> {
        if (!future.done()) {
          future.setResult(null);
        }
      });
    } catch (IllegalStateException e) {
      // The loop is closed: the program is ending already.
    }
  }
}
