// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import java.io.IOException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Decodes the kinds of private keys that PEM text may have, all of them by way of PKCS #8. */
public final class PemKeys {

  private static final byte[] RSA =
      Der.sequence(Der.objectIdentifier("1.2.840.113549.1.1.1"), Der.of(Der.NULL));
  private static final byte[] EC = Der.objectIdentifier("1.2.840.10045.2.1");

  /** SEC 1, appendix C.4: the curve, in a key of its own. */
  private static final int EC_PARAMETERS = 0xa0;

  private static final String[] ALGORITHMS = {"EC", "RSA", "EdDSA", "RSASSA-PSS"};

  private PemKeys() {}

  /** What is thrown where no key is. */
  public static KeyException none(String where) {
    return new KeyException("no private key is in " + where
        + ": it must have a line -----BEGIN PRIVATE KEY-----; if it is DER, convert it by"
        + " openssl pkey -inform DER -in FILE");
  }

  /**
   * Decodes a key.
   *
   * @param label what the BEGIN line says
   * @param body what is between that line and the END line
   * @param where the file, for messages
   */
  public static PrivateKey decode(
      String label, String body, String where, char @Nullable [] password)
      throws GeneralSecurityException {
    if (body.contains("Proc-Type:")) {
      throw new KeyException(
          "the private key in " + where + " is encrypted in OpenSSL's old way, which"
              + " the JDK cannot read: convert it by openssl pkcs8 -topk8 -in FILE");
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(body);
      return switch (label) {
        case "PRIVATE KEY" -> fromPkcs8(der);
        case "RSA PRIVATE KEY" -> fromPkcs8(pkcs8(RSA, der));
        case "EC PRIVATE KEY" -> fromPkcs8(pkcs8(ecAlgorithm(der), der));
        case "ENCRYPTED PRIVATE KEY" -> decrypt(der, where, password);
        default ->
          throw new KeyException("the " + label + " in " + where
              + " is of a kind that TLS does not use here: make an EC or RSA key");
      };
    } catch (InvalidKeySpecException | IllegalArgumentException | IOException e) {
      throw new KeyException(
          "the private key in " + where + " is damaged or of an unknown kind", e);
    }
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return Der.sequence(Der.integer(BigInteger.ZERO), algorithm, Der.of(Der.OCTET_STRING, key));
  }

  private static byte[] ecAlgorithm(byte[] key) {
    byte[] curve = Der.find(key, EC_PARAMETERS);
    if (curve == null) {
      throw new IllegalArgumentException("the key does not say its curve");
    }
    return Der.sequence(EC, curve);
  }

  private static PrivateKey fromPkcs8(byte[] der) throws GeneralSecurityException {
    InvalidKeySpecException last = null;
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        last = e; // it says its algorithm, which is another one
      }
    }
    throw last != null ? last : new InvalidKeySpecException();
  }

  private static PrivateKey decrypt(byte[] der, String where, char @Nullable [] password)
      throws GeneralSecurityException, IOException {
    if (password == null) {
      throw new KeyException("the private key in " + where + " is encrypted: give its password, or"
          + " decrypt it by openssl pkey -in FILE");
    }
    EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(der);
    PBEKeySpec secret = new PBEKeySpec(password);
    try {
      PKCS8EncodedKeySpec key = encrypted.getKeySpec(
          SecretKeyFactory.getInstance(scheme(encrypted)).generateSecret(secret));
      return fromPkcs8(key.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new KeyException(
          "the private key in " + where
              + " cannot be decrypted: the password is wrong, or the encryption unknown to the JDK",
          e);
    } finally {
      secret.clearPassword();
    }
  }

  /** PBES2's own name says nothing of its parts; its parameters' text is the name that the JDK takes. */
  private static String scheme(EncryptedPrivateKeyInfo encrypted) {
    AlgorithmParameters parameters = encrypted.getAlgParameters();
    return parameters != null
            && Arrays.asList("PBES2", "1.2.840.113549.1.5.13").contains(encrypted.getAlgName())
        ? parameters.toString()
        : encrypted.getAlgName();
  }

  /** Whether what one key signs the other verifies. */
  public static boolean belongTogether(PrivateKey key, PublicKey publicKey)
      throws GeneralSecurityException {
    String algorithm = switch (key.getAlgorithm()) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      case "EdDSA" -> "EdDSA";
      default -> null;
    };
    if (algorithm == null) {
      return true; // the handshake will tell
    }
    byte[] text = {1, 2, 3};
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(text);
      Signature verifying = Signature.getInstance(algorithm);
      verifying.initVerify(publicKey);
      verifying.update(text);
      return verifying.verify(signing.sign());
    } catch (InvalidKeyException | SignatureException e) {
      return false; // of another algorithm, or size
    }
  }
}
