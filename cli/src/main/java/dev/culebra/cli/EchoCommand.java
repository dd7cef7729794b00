// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.Asyncio;
import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.LoopGroup;
import dev.culebra.LoopPolicy;
import dev.culebra.PosixSignal;
import dev.culebra.net.Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

  private static final int MAX_LOOPS = 1024;

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

  @Option(
      names = "--loops",
      paramLabel = "N",
      description = "On how many loops, each with a thread of its own; 0 means one for each "
          + "processor (default: ${DEFAULT-VALUE}).")
  private int loops = 1;

  @Option(
      names = "--tls",
      description =
          "Encrypt, with the certificate of --cert and --key or with one that is made now.")
  private boolean tls;

  @Option(names = "--cert", paramLabel = "FILE", description = "A certificate, as PEM.")
  private @Nullable Path certificate;

  @Option(names = "--key", paramLabel = "FILE", description = "Its private key, as PEM.")
  private @Nullable Path key;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (!tls && (certificate != null || key != null)) {
      throw Failure.usage("--cert and --key are for --tls");
    }
    Place place = endpoint.place(host, 0, tls ? Tls.ofServer(certificate, key) : null);
    if (loops < 0 || loops > MAX_LOOPS) {
      throw Failure.usage("--loops takes a number from 0 to " + MAX_LOOPS + ", not " + loops);
    }
    if (backend != null) {
      LoopPolicy.set(LoopPolicy.forBackend(backend));
    }
    Asyncio.run(() -> {
      if (loops == 1) {
        serve(place, null);
        return;
      }
      try (LoopGroup group = loops == 0 ? LoopGroup.open() : LoopGroup.open(loops)) {
        serve(place, group);
      }
    });
    return 0;
  }

  private void serve(Place place, @Nullable LoopGroup group) throws Exception {
    EventLoop loop = Asyncio.getRunningLoop();
    LoopFuture<@Nullable Void> told = loop.createFuture();
    for (PosixSignal signal : List.of(PosixSignal.SIGINT, PosixSignal.SIGTERM)) {
      loop.addSignalHandler(signal, () -> {
        if (!told.done()) {
          told.setResult(null);
        }
      });
    }
    Server server = start(place, group);
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

  private Server start(Place place, @Nullable LoopGroup group) {
    try {
      return mode.start(place, group);
    } catch (IOException e) {
      throw place.cannotListen(e);
    }
  }
}
