// SPDX-License-Identifier: Apache-2.0
package dev.culebra.test;

import dev.culebra.test.internal.CertificateDraft;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/**
 * Holds a certificate that a test has made for itself, and its private key.
 *
 * <p>It is its own authority: a client trusts it by having it among its authorities. It is made in a few
 * milliseconds, without files or other programs. Real servers get theirs from an authority.
 *
 * @param key the private key, for the curve P-256 or RSA of 2048 bits
 * @param certificate the certificate
 */
public record SelfSigned(PrivateKey key, X509Certificate certificate) {

  private static final Duration MARGIN = Duration.ofDays(1);

  /**
   * Makes one with an EC key, valid from yesterday until tomorrow.
   *
   * @param names the host names and literal addresses that it is for; at least one
   * @return the certificate and its key
   */
  public static SelfSigned of(String... names) {
    return of("EC", Instant.now().plus(MARGIN), names);
  }

  /**
   * Makes one, valid from yesterday, or from two days before its end if that is earlier.
   *
   * @param algorithm {@code "EC"} or {@code "RSA"}
   * @param end until when it is valid
   * @param names the host names and literal addresses that it is for; at least one
   * @return the certificate and its key
   */
  public static SelfSigned of(String algorithm, Instant end, String... names) {
    Instant yesterday = Instant.now().minus(MARGIN);
    Instant early = end.minus(MARGIN.multipliedBy(2));
    CertificateDraft draft = new CertificateDraft(
        List.of(names), early.isBefore(yesterday) ? early : yesterday, end, true);
    KeyPair pair = CertificateDraft.newKeys(algorithm);
    return new SelfSigned(
        pair.getPrivate(), draft.signed(pair.getPublic(), names[0], pair.getPrivate()));
  }

  /**
   * The certificate as PEM text.
   *
   * @return the text, as {@code openssl} writes it
   */
  public String certificatePem() {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new AssertionError("it was decoded from that", e);
    }
  }

  /**
   * The private key as PEM text.
   *
   * @return the text, in PKCS #8
   */
  public String keyPem() {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN " + label + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END " + label + "-----\n";
  }
}
