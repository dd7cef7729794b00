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

  @Option(names = "--udp", description = "Send datagrams back. In the mode protocol, on one loop.")
  private boolean udp;

  @Option(
      names = "--tls",
      description = "Encrypt, with the certificate of --cert and --key or with one that is made "
          + "now and put into a file for clients.")
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
    if ((certificate == null) != (key == null)) {
      throw Failure.usage("--cert and --key go together: give both or neither");
    }
    if (loops < 0 || loops > MAX_LOOPS) {
      throw Failure.usage("--loops takes a number from 0 to " + MAX_LOOPS + ", not " + loops);
    }
    if (udp) {
      echoDatagrams();
    } else if (!tls) {
      echo(endpoint.place(host, 0, null), "");
    } else if (certificate != null && key != null) {
      echo(endpoint.place(host, 0, Tls.ofServer(certificate, key)), "");
    } else {
      try (OwnCertificate own = OwnCertificate.of(host)) {
        echo(endpoint.place(host, 0, own.tls()), own.description());
      }
    }
    return 0;
  }

  private void chooseBackend() {
    if (backend != null) {
      LoopPolicy.set(LoopPolicy.forBackend(backend));
    }
  }

  private void echo(Place place, String more) throws Exception {
    chooseBackend();
    Asyncio.run(() -> {
      if (loops == 1) {
        serve(place, null, more);
        return;
      }
      try (LoopGroup group = loops == 0 ? LoopGroup.open() : LoopGroup.open(loops)) {
        serve(place, group, more);
      }
    });
  }

  private void echoDatagrams() throws Exception {
    if (tls) {
      throw Failure.usage("--udp has no TLS: leave --tls out");
    }
    if (mode != EchoMode.PROTOCOL) {
      throw Failure.usage("--udp runs in the mode protocol: leave --mode out");
    }
    if (loops != 1) {
      throw Failure.usage("--udp runs on one loop: leave --loops out");
    }
    int port = endpoint.udpPort(0);
    chooseBackend();
    Asyncio.run(() -> serveDatagrams(port));
  }

  private void serveDatagrams(int port) throws Exception {
    LoopFuture<@Nullable Void> told = toldToEnd();
    EchoDatagrams server;
    try {
      server = EchoDatagrams.open(host, port);
    } catch (IOException e) {
      throw new Place.Tcp(host, port).cannotListen(e);
    }
    say("listening on " + HostPort.of(server.address()));
    told.await();
    server.close();
    Asyncio.getRunningLoop().callLater(GOODBYE, server::abort);
    server.awaitClosed();
  }

  private void serve(Place place, @Nullable LoopGroup group, String more) throws Exception {
    LoopFuture<@Nullable Void> told = toldToEnd();
    Server server = start(place, group);
    try (server) {
      say("listening on "
          + server.addresses().stream().map(HostPort::of).collect(Collectors.joining(", ")));
      if (!more.isEmpty()) {
        say(more);
      }
      told.await();
    }
    server.closeClients();
    Asyncio.getRunningLoop().callLater(GOODBYE, server::abortClients);
    server.awaitClosed();
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  /** Done when a signal has said that this is to end. */
  private static LoopFuture<@Nullable Void> toldToEnd() {
    EventLoop loop = Asyncio.getRunningLoop();
    LoopFuture<@Nullable Void> told = loop.createFuture();
    for (PosixSignal signal : List.of(PosixSignal.SIGINT, PosixSignal.SIGTERM)) {
      loop.addSignalHandler(signal, () -> {
        if (!told.done()) {
          told.setResult(null);
        }
      });
    }
    return told;
  }

  private Server start(Place place, @Nullable LoopGroup group) {
    try {
      return mode.start(place, group);
    } catch (IOException e) {
      throw place.cannotListen(e);
    }
  }
}
