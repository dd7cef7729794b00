// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import dev.culebra.test.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * The certificate of all servers, and its key: one on an elliptic curve, made for this run.
 *
 * @param file the certificate, as PEM
 * @param key the private key, as PEM
 */
record Certificate(Path file, Path key) {

  private static final Duration VALIDITY = Duration.ofDays(2);

  /** Makes it, in a folder. */
  static Certificate in(Path folder) throws IOException {
    SelfSigned made = SelfSigned.of("EC", Instant.now().plus(VALIDITY), "localhost", "127.0.0.1");
    Path file = Files.writeString(folder.resolve("certificate.pem"), made.certificatePem());
    Path key = Files.writeString(folder.resolve("key.pem"), made.keyPem());
    return new Certificate(file, key);
  }
}
