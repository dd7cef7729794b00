// SPDX-License-Identifier: Apache-2.0
package dev.culebra.test;

import dev.culebra.internal.net.Der;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final Duration MARGIN = Duration.ofDays(1);

  private static final int DNS_NAME = 0x82;
  private static final int IP_ADDRESS = 0x87;
  private static final int EXPLICIT_0 = 0xa0;
  private static final int EXPLICIT_3 = 0xa3;

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
   * Makes one.
   *
   * @param algorithm {@code "EC"} or {@code "RSA"}
   * @param end until when it is valid
   * @param names the host names and literal addresses that it is for; at least one
   * @return the certificate and its key
   */
  public static SelfSigned of(String algorithm, Instant end, String... names) {
    if (names.length == 0) {
      throw new IllegalArgumentException("a certificate is for one name at least");
    }
    boolean ec = algorithm.equals("EC");
    if (!ec && !algorithm.equals("RSA")) {
      throw new IllegalArgumentException("algorithm must be EC or RSA, not " + algorithm);
    }
    try {
      KeyPairGenerator keys = KeyPairGenerator.getInstance(algorithm);
      if (ec) {
        keys.initialize(new ECGenParameterSpec("secp256r1"));
      } else {
        keys.initialize(2048);
      }
      KeyPair pair = keys.generateKeyPair();
      byte[] signing = ec
          ? Der.sequence(Der.objectIdentifier("1.2.840.10045.4.3.2"))
          : Der.sequence(Der.objectIdentifier("1.2.840.113549.1.1.11"), Der.of(Der.NULL));
      byte[] unsigned = unsigned(signing, pair.getPublic().getEncoded(), end, List.of(names));
      Signature signature = Signature.getInstance(ec ? "SHA256withECDSA" : "SHA256withRSA");
      signature.initSign(pair.getPrivate());
      signature.update(unsigned);
      byte[] signed = Der.sequence(unsigned, signing, Der.bits(signature.sign()));
      return new SelfSigned(
          pair.getPrivate(), (X509Certificate) CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(signed)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot make a certificate", e);
    }
  }

  /** RFC 5280, section 4.1: TBSCertificate. */
  private static byte[] unsigned(
      byte[] signing, byte[] publicKey, Instant end, List<String> names) {
    byte[] name = Der.sequence(
        Der.of(Der.SET, Der.sequence(Der.objectIdentifier("2.5.4.3"), Der.text(names.get(0)))));
    byte[] validity = Der.sequence(
        Der.time(TIME.format(end.minus(MARGIN.multipliedBy(2)))), Der.time(TIME.format(end)));
    return Der.sequence(
        Der.of(EXPLICIT_0, Der.integer(BigInteger.TWO)),
        Der.integer(new BigInteger(120, new SecureRandom()).setBit(0)),
        signing,
        name,
        validity,
        name,
        publicKey,
        Der.of(EXPLICIT_3, Der.sequence(alternativeNames(names), isAuthority())));
  }

  private static byte[] alternativeNames(List<String> names) {
    byte[] all =
        Der.sequence(names.stream().map(SelfSigned::alternativeName).toArray(byte[][]::new));
    return Der.sequence(Der.objectIdentifier("2.5.29.17"), Der.of(Der.OCTET_STRING, all));
  }

  private static byte[] alternativeName(String name) {
    try {
      return Der.of(IP_ADDRESS, InetAddress.ofLiteral(name).getAddress());
    } catch (IllegalArgumentException e) {
      return Der.of(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static byte[] isAuthority() {
    byte[] yes = Der.sequence(Der.of(0x01, new byte[] {(byte) 0xff}));
    return Der.sequence(
        Der.objectIdentifier("2.5.29.19"),
        Der.of(0x01, new byte[] {(byte) 0xff}),
        Der.of(Der.OCTET_STRING, yes));
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
