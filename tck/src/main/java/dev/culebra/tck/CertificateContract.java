// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.net.ConnectOptions;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.TlsContexts;
import dev.culebra.net.TlsOptions;
import dev.culebra.test.SelfSigned;
import dev.culebra.test.internal.CertificateDraft;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client says of certificates that an authority has signed; and that their server lives on. */
abstract class CertificateContract extends TlsOnLoop {

  private static final Duration DAY = Duration.ofDays(1);

  private static final SelfSigned AUTHORITY = SelfSigned.of("an authority");

  /** Trusts the authority, and shows no certificate. */
  private static final ConnectOptions TRUSTING = connectingWith(trusting(AUTHORITY.certificate()));

  private final Instant now = Instant.now();

  private static SSLContext trusting(X509Certificate authority) {
    return context(null, List.of(), authority);
  }

  private static SSLContext context(
      @Nullable KeyPair keys, List<X509Certificate> own, X509Certificate authority) {
    try {
      return TlsContexts.of(keys == null ? null : keys.getPrivate(), own, List.of(authority));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("the JDK refuses the test's certificates", e);
    }
  }

  private static ConnectOptions connectingWith(SSLContext context) {
    return ConnectOptions.DEFAULT.withTls(TlsOptions.DEFAULT.withContext(context));
  }

  /** In debug mode a server reports the handshakes that fail. */
  @AfterEach
  void forgetFailedHandshakes() {
    while (loop.getDebug() && reports.count() > 0) {
      reports.take("Error on transport creation");
    }
  }

  /**
   * Serves with a certificate of the authority's.
   *
   * @param refusal what the client says of it; empty if it says nothing
   */
  private void serve(Instant start, Instant end, String name, String... refusal) throws Exception {
    KeyPair keys = CertificateDraft.newKeys("EC");
    X509Certificate certificate = new CertificateDraft(List.of(name), start, end, false)
        .signed(keys.getPublic(), "an authority", AUTHORITY.key());
    SSLContext serving = context(keys, List.of(certificate), AUTHORITY.certificate());
    run(() -> {
      Server server = loop.createServer(
          () -> log(new Echo()),
          HOST,
          0,
          ServerOptions.DEFAULT.withTls(TlsOptions.DEFAULT.withContext(serving)));
      for (int i = 0; refusal.length > 0 && i < 2; i++) {
        SSLHandshakeException refused = assertThrows(
            SSLHandshakeException.class,
            () -> loop.createConnection(this::log, HOST, port(server), TRUSTING));
        for (String part : refusal) {
          assertTrue(refused.toString().contains(part), refused::toString);
        }
      }
      ConnectOptions taking = refusal.length == 0
          ? TRUSTING
          : ConnectOptions.DEFAULT.withTls(TlsOptions.DEFAULT
              .withContext(trusting(certificate)) // what is an authority itself is not looked at
              .withVerifyHostname(false));
      ConnectionLog client = log();
      loop.createConnection(() -> client, HOST, port(server), taking);
      client.transport().write(new byte[] {1});
      await("the echo", () -> client.receivedCount() == 1);
      assertTrue(server.isServing());
      client.transport().close();
      awaitLost(client);
      server.close();
      server.awaitClosed();
      assertEquals(List.of(), server.addresses());
    });
  }

  @Test
  void oneThatIsInOrderIsTaken() throws Exception {
    serve(now.minus(DAY), now.plus(DAY), HOST);
  }

  @Test
  void oneThatHasExpiredIsRefused() throws Exception {
    Instant end = now.minus(DAY);
    serve(end.minus(DAY), end, HOST, "certificate has expired", "NotAfter");
  }

  @Test
  void oneThatIsNotYetValidIsRefused() throws Exception {
    Instant start = now.plus(DAY);
    serve(start, start.plus(DAY), HOST, "certificate is not valid yet", "NotBefore");
  }

  @Test
  void oneForAnotherNameIsRefused() throws Exception {
    serve(now.minus(DAY), now.plus(DAY), "another.example", HOST);
  }

  @Test
  void oneForAnotherAddressIsRefused() throws Exception {
    serve(now.minus(DAY), now.plus(DAY), "127.0.0.2", HOST);
  }
}
