// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import java.security.cert.Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a TLS handshake has come to ({@code get_extra_info} of {@code "cipher"}, {@code "peercert"}
 * and {@code "ssl_object"}).
 *
 * @param protocol the version, such as {@code "TLSv1.3"}
 * @param cipherSuite the cipher suite's standard name
 * @param applicationProtocol what is spoken over TLS, as ALPN has it; null if nothing was agreed on
 * @param serverName the name that the client asked for (SNI); null if it asked for none
 * @param peerCertificates the peer's certificate, followed by those of its authorities; empty if it
 *     showed none
 */
public record TlsSession(
    String protocol,
    String cipherSuite,
    @Nullable String applicationProtocol,
    @Nullable String serverName,
    List<Certificate> peerCertificates) {

  /** Copies the list. */
  public TlsSession {
    peerCertificates = List.copyOf(peerCertificates);
  }
}
