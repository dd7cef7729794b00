// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import dev.culebra.net.TlsContexts;
import dev.culebra.net.TlsOptions;
import dev.culebra.test.SelfSigned;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLContext;

/** Holds the certificates of this JVM's tests: a server's, and a client's. */
final class Certificates {

  /** For the loopback address and {@code localhost}. */
  static final SelfSigned SERVER = SelfSigned.of("localhost", "127.0.0.1");

  /** For nobody's host. */
  static final SelfSigned CLIENT = SelfSigned.of("a client");

  private Certificates() {}

  /** Shows the server's certificate, and trusts the client's. */
  static final SSLContext SERVER_CONTEXT = context(SERVER, CLIENT);

  /** Shows no certificate, and trusts the server's. */
  static final SSLContext CLIENT_CONTEXT = context(null, SERVER);

  /** Shows the client's certificate, and trusts the server's. */
  static final SSLContext KNOWN_CLIENT_CONTEXT = context(CLIENT, SERVER);

  static final TlsOptions SERVING = TlsOptions.DEFAULT.withContext(SERVER_CONTEXT);
  static final TlsOptions CONNECTING = TlsOptions.DEFAULT.withContext(CLIENT_CONTEXT);

  static SSLContext context(@org.jspecify.annotations.Nullable SelfSigned own, SelfSigned trusted) {
    try {
      return TlsContexts.of(
          own == null ? null : own.key(),
          own == null ? List.of() : List.of(own.certificate()),
          List.of(trusted.certificate()));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("the JDK refuses the test's certificates", e);
    }
  }
}
