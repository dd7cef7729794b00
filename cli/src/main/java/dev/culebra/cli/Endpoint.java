// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.net.TlsOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where a server is: one of them, and no more. */
final class Endpoint {

  private static final int MAX_PORT = 65535;

  @Option(names = "--port", paramLabel = "N", description = "A TCP port; with --udp, a UDP port.")
  private @Nullable Integer port;

  @Option(names = "--unix", paramLabel = "PATH", description = "A Unix socket.")
  private @Nullable Path unix;

  /**
   * The place that was given.
   *
   * @param host the host of a port
   * @param leastPort 0 where the system may choose one, else 1
   * @param tls how to encrypt; null for not at all
   */
  Place place(String host, int leastPort, @Nullable TlsOptions tls) {
    if (unix != null) {
      if (tls != null) {
        throw Failure.usage("--tls is for --port, not for --unix");
      }
      if (unix.toString().isEmpty()) {
        throw Failure.usage("--unix takes the path of a socket, and not an empty one");
      }
      return new Place.Unix(unix);
    }
    return new Place.Tcp(host, port(leastPort), tls);
  }

  /**
   * The UDP port that was given.
   *
   * @param leastPort 0 where the system may choose one, else 1
   */
  int udpPort(int leastPort) {
    if (unix != null) {
      throw Failure.usage("--udp is for --port, not for --unix");
    }
    return port(leastPort);
  }

  private int port(int leastPort) {
    if (port == null || port < leastPort || port > MAX_PORT) {
      throw Failure.usage(
          "--port takes a number from " + leastPort + " to " + MAX_PORT + ", not " + port);
    }
    return port;
  }
}
