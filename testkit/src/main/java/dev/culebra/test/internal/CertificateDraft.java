// SPDX-License-Identifier: Apache-2.0
package dev.culebra.test.internal;

import dev.culebra.internal.net.Der;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * Says what a certificate is to say, and has it signed. It takes milliseconds and no other program.
 *
 * @param names the host names and literal addresses that it is for; the first is its subject's too
 * @param start from when it is valid
 * @param end until when it is valid
 * @param isAuthority whether it may sign others
 */
public record CertificateDraft(
    List<String> names, Instant start, Instant end, boolean isAuthority) {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final int BOOLEAN = 0x01;
  private static final int DNS_NAME = 0x82;
  private static final int IP_ADDRESS = 0x87;
  private static final int EXPLICIT_0 = 0xa0;
  private static final int EXPLICIT_3 = 0xa3;

  /** Checks that there is a name. */
  public CertificateDraft {
    names = List.copyOf(names);
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a certificate is for one name at least");
    }
  }

  /** Makes a pair of keys: for the curve P-256 if the algorithm is "EC", of 2048 bits if it is "RSA". */
  public static KeyPair newKeys(String algorithm) {
    if (!algorithm.equals("EC") && !algorithm.equals("RSA")) {
      throw new IllegalArgumentException("algorithm must be EC or RSA, not " + algorithm);
    }
    try {
      KeyPairGenerator keys = KeyPairGenerator.getInstance(algorithm);
      if (algorithm.equals("EC")) {
        keys.initialize(new ECGenParameterSpec("secp256r1"));
      } else {
        keys.initialize(2048);
      }
      return keys.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot make keys", e);
    }
  }

  /**
   * Makes the certificate.
   *
   * @param subject the key that it is for
   * @param issuer the name of who signs it
   * @param key the issuer's key, of those that {@link #newKeys} makes
   */
  public X509Certificate signed(PublicKey subject, String issuer, PrivateKey key) {
    boolean ec = key.getAlgorithm().equals("EC");
    byte[] signing = ec
        ? Der.sequence(Der.objectIdentifier("1.2.840.10045.4.3.2"))
        : Der.sequence(Der.objectIdentifier("1.2.840.113549.1.1.11"), Der.of(Der.NULL));
    byte[] unsigned = unsigned(signing, issuer, subject.getEncoded());
    try {
      Signature signature = Signature.getInstance(ec ? "SHA256withECDSA" : "SHA256withRSA");
      signature.initSign(key);
      signature.update(unsigned);
      byte[] signed = Der.sequence(unsigned, signing, Der.bits(signature.sign()));
      return (X509Certificate) CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(signed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot make a certificate", e);
    }
  }

  /** RFC 5280, section 4.1: TBSCertificate. */
  private byte[] unsigned(byte[] signing, String issuer, byte[] publicKey) {
    byte[] validity = Der.sequence(Der.time(TIME.format(start)), Der.time(TIME.format(end)));
    byte[] extensions = isAuthority
        ? Der.sequence(alternativeNames(), basicConstraints())
        : Der.sequence(alternativeNames());
    return Der.sequence(
        Der.of(EXPLICIT_0, Der.integer(BigInteger.TWO)),
        Der.integer(new BigInteger(120, new SecureRandom()).setBit(0)),
        signing,
        commonName(issuer),
        validity,
        commonName(names.get(0)),
        publicKey,
        Der.of(EXPLICIT_3, extensions));
  }

  private static byte[] commonName(String name) {
    return Der.sequence(
        Der.of(Der.SET, Der.sequence(Der.objectIdentifier("2.5.4.3"), Der.text(name))));
  }

  private byte[] alternativeNames() {
    byte[] all =
        Der.sequence(names.stream().map(CertificateDraft::alternativeName).toArray(byte[][]::new));
    return Der.sequence(Der.objectIdentifier("2.5.29.17"), Der.of(Der.OCTET_STRING, all));
  }

  private static byte[] alternativeName(String name) {
    try {
      return Der.of(IP_ADDRESS, InetAddress.ofLiteral(name).getAddress());
    } catch (IllegalArgumentException e) {
      return Der.of(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static byte[] basicConstraints() {
    byte[] yes = Der.of(BOOLEAN, new byte[] {(byte) 0xff});
    return Der.sequence(
        Der.objectIdentifier("2.5.29.19"), yes, Der.of(Der.OCTET_STRING, Der.sequence(yes)));
  }
}
