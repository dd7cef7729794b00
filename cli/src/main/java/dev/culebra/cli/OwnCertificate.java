// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.net.TlsContexts;
import dev.culebra.net.TlsOptions;
import dev.culebra.test.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A certificate that a server makes for itself, and a file that has it for clients while the server runs. */
final class OwnCertificate implements AutoCloseable {

  private static final Duration VALIDITY = Duration.ofDays(90);

  private final SelfSigned made;
  private final Path file;

  private OwnCertificate(SelfSigned made, Path file) {
    this.made = made;
    this.file = file;
  }

  /** Makes one for a host and, whatever that is, for this one by its local names. */
  static OwnCertificate of(String host) {
    Set<String> names = new LinkedHashSet<>(List.of(host, "localhost", "127.0.0.1", "::1"));
    SelfSigned made =
        SelfSigned.of("EC", Instant.now().plus(VALIDITY), names.toArray(String[]::new));
    try {
      Path file = Files.createTempFile("culebra-echo-", ".pem");
      Files.writeString(file, made.certificatePem());
      return new OwnCertificate(made, file);
    } catch (IOException e) {
      throw Failure.failed("cannot write the certificate for clients: " + e);
    }
  }

  TlsOptions tls() {
    try {
      return TlsOptions.DEFAULT.withContext(
          TlsContexts.of(made.key(), List.of(made.certificate()), List.of()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK refuses its own certificate", e);
    }
  }

  /** Says, in lines, where clients find it and how they know it. */
  String description() {
    return "certificate in " + file + " as long as this runs, SHA-256 fingerprint:"
        + System.lineSeparator() + "  " + fingerprint();
  }

  /** As {@code openssl x509 -fingerprint -sha256} writes it. */
  private String fingerprint() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(made.certificate().getEncoded());
      return HexFormat.ofDelimiter(":").formatHex(digest).toUpperCase(Locale.ROOT);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Removes the file. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
