// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import java.nio.file.Path;
import java.util.List;

/**
 * Where a server is to listen, and with what.
 *
 * @param socket its Unix socket
 * @param certificate its certificate, as PEM
 * @param key its private key, as PEM
 */
record Site(Path socket, Path certificate, Path key) {

  /** What the peers are told. */
  List<String> words(Kind kind) {
    return switch (kind.served()) {
      case UNIX -> List.of("unix", socket.toString());
      case TLS -> List.of("tls", certificate.toString(), key.toString());
      default -> List.of(kind.served().toString());
    };
  }

  /** What {@code ./culebra echo} is told. */
  List<String> options(Kind kind) {
    return switch (kind.served()) {
      case UNIX -> List.of("--unix", socket.toString());
      case TLS ->
        List.of("--port", "0", "--tls", "--cert", certificate.toString(), "--key", key.toString());
      case UDP -> List.of("--port", "0", "--udp");
      default -> List.of("--port", "0");
    };
  }
}
