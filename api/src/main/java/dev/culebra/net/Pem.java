// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import dev.culebra.internal.net.PemKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads certificates and private keys from PEM text, RFC 7468: the files that {@code openssl} and
 * certificate authorities make.
 *
 * <p>Programs that only want to speak TLS have {@link TlsContexts}, which reads such files itself.
 *
 * <p>Keys may be RSA, EC or EdDSA, as {@code PRIVATE KEY} (PKCS #8), {@code ENCRYPTED PRIVATE KEY}, {@code
 * RSA PRIVATE KEY} (PKCS #1) or {@code EC PRIVATE KEY} (SEC 1).
 *
 * <p><b>Errors</b>: text that is not what was asked for is an {@link java.security.KeyException} or {@link
 * CertificateException}, whose message names the file and says what to do.
 */
public final class Pem {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*(.*?)-----END \\1-----", Pattern.DOTALL);

  private Pem() {}

  /**
   * Reads the certificates of a file: one, a chain from the server's own up, or a bundle of authorities.
   *
   * @param file the file
   * @return its certificates, in their order; at least one
   * @throws CertificateException if there is none, or one that is no X.509 certificate
   * @throws IOException if the file cannot be read
   */
  public static List<X509Certificate> readCertificates(Path file)
      throws CertificateException, IOException {
    return certificates(read(file), file.toString());
  }

  /**
   * Reads certificates from text.
   *
   * @param pem the text
   * @return its certificates, in their order; at least one
   * @throws CertificateException if there is none, or one that is no X.509 certificate
   */
  public static List<X509Certificate> parseCertificates(String pem) throws CertificateException {
    return certificates(pem, "the text");
  }

  private static List<X509Certificate> certificates(String pem, String where)
      throws CertificateException {
    List<X509Certificate> found = new ArrayList<>();
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    Matcher block = BLOCK.matcher(pem);
    while (block.find()) {
      if (block.group(1).equals("CERTIFICATE") || block.group(1).equals("X509 CERTIFICATE")) {
        found.add(certificate(factory, block.group(2), where, found.size() + 1));
      }
    }
    if (found.isEmpty()) {
      throw new CertificateException("no certificate is in " + where
          + ": it must have a line -----BEGIN CERTIFICATE-----; if it is DER, convert it by"
          + " openssl x509 -inform DER -in FILE");
    }
    return List.copyOf(found);
  }

  private static X509Certificate certificate(
      CertificateFactory factory, String base64, String where, int number)
      throws CertificateException {
    try {
      byte[] der = Base64.getMimeDecoder().decode(base64);
      return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException | IllegalArgumentException e) {
      throw new CertificateException("certificate " + number + " in " + where + " is damaged", e);
    }
  }

  /**
   * Reads the private key of a file.
   *
   * @param file the file, which may have certificates too
   * @return its first private key
   * @throws GeneralSecurityException if there is none, or one that cannot be read, for one because it is
   *     encrypted
   * @throws IOException if the file cannot be read
   */
  public static PrivateKey readPrivateKey(Path file) throws GeneralSecurityException, IOException {
    return privateKey(read(file), file.toString(), null);
  }

  /**
   * Reads the private key of a file, which may be encrypted.
   *
   * @param file the file, which may have certificates too
   * @param password what it is encrypted with
   * @return its first private key
   * @throws GeneralSecurityException if there is none, or one that cannot be read, for one because the
   *     password is wrong
   * @throws IOException if the file cannot be read
   */
  public static PrivateKey readPrivateKey(Path file, char[] password)
      throws GeneralSecurityException, IOException {
    return privateKey(read(file), file.toString(), password);
  }

  /**
   * Reads a private key from text.
   *
   * @param pem the text
   * @param password what it is encrypted with; null if it is not
   * @return its first private key
   * @throws GeneralSecurityException if there is none, or one that cannot be read
   */
  public static PrivateKey parsePrivateKey(String pem, char @Nullable [] password)
      throws GeneralSecurityException {
    return privateKey(pem, "the text", password);
  }

  private static PrivateKey privateKey(String pem, String where, char @Nullable [] password)
      throws GeneralSecurityException {
    Matcher block = BLOCK.matcher(pem);
    while (block.find()) {
      if (block.group(1).endsWith("PRIVATE KEY")) {
        return PemKeys.decode(block.group(1), block.group(2), where, password);
      }
    }
    throw PemKeys.none(where);
  }

  /** Base64 is ASCII; what else may be around it does not matter. */
  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }
}
