// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where a server is: one of them, and no more. */
final class Endpoint {

  private static final int MAX_PORT = 65535;

  @Option(names = "--port", paramLabel = "N", description = "A TCP port.")
  private @Nullable Integer port;

  @Option(names = "--unix", paramLabel = "PATH", description = "A Unix socket (not there yet).")
  private @Nullable Path unix;

  /**
   * The port that was given.
   *
   * @param least 0 where the system may choose one, else 1
   */
  int port(int least) {
    if (unix != null) {
      throw Failure.usage("--unix is not there yet; use --port");
    }
    if (port == null || port < least || port > MAX_PORT) {
      throw Failure.usage(
          "--port takes a number from " + least + " to " + MAX_PORT + ", not " + port);
    }
    return port;
  }
}
