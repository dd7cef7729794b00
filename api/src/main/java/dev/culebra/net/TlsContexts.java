// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import dev.culebra.internal.net.PemKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the JDK's SSLContext of certificates and keys (asyncio's {@code ssl.create_default_context},
 * {@code load_cert_chain} and {@code load_verify_locations}).
 *
 * <p>Any other SSLContext does as well in {@link TlsOptions#withContext}.
 *
 * <p><b>Threading</b>: any thread; reading files blocks, so make contexts before the loop runs, or by
 * {@code Asyncio.toThread}.
 */
public final class TlsContexts {

  private static final char[] NO_PASSWORD = {};

  private TlsContexts() {}

  /**
   * Makes the context of a server.
   *
   * @param certificateFile PEM text of the server's certificate, followed by those of its authorities
   *     but the last
   * @param keyFile PEM text of its private key
   * @return a context that shows this certificate
   * @throws GeneralSecurityException if what is in the files is not that, or does not belong together
   * @throws IOException if a file cannot be read
   */
  public static SSLContext server(Path certificateFile, Path keyFile)
      throws GeneralSecurityException, IOException {
    return of(Pem.readPrivateKey(keyFile), Pem.readCertificates(certificateFile), null);
  }

  /**
   * Makes the context of a client that trusts authorities of its own choice, and no others.
   *
   * @param authoritiesFile PEM text of one or more certificates
   * @return a context that trusts these
   * @throws GeneralSecurityException if there is no certificate in the file
   * @throws IOException if it cannot be read
   */
  public static SSLContext client(Path authoritiesFile)
      throws GeneralSecurityException, IOException {
    return of(null, List.of(), Pem.readCertificates(authoritiesFile));
  }

  /**
   * Makes a context for either side.
   *
   * @param key the private key of this side; null if it shows no certificate
   * @param certificates the certificate of this side, followed by those of its authorities but the last;
   *     empty if it shows none
   * @param authorities whom to trust; null for the JDK's authorities
   * @return the context
   * @throws GeneralSecurityException if key and certificate do not belong together, or the JDK refuses
   *     them
   */
  public static SSLContext of(
      @Nullable PrivateKey key,
      List<X509Certificate> certificates,
      @Nullable List<X509Certificate> authorities)
      throws GeneralSecurityException {
    if ((key == null) != certificates.isEmpty()) {
      throw new IllegalArgumentException(
          "a certificate needs its private key, and a private key its certificate");
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        key == null ? null : keyManagers(key, certificates),
        authorities == null ? null : trustManagers(authorities),
        null);
    return context;
  }

  private static KeyManager[] keyManagers(PrivateKey key, List<X509Certificate> certificates)
      throws GeneralSecurityException {
    if (!PemKeys.belongTogether(key, certificates.get(0).getPublicKey())) {
      throw new KeyException("the private key and the certificate of "
          + certificates.get(0).getSubjectX500Principal()
          + " do not belong together; the server's own certificate has to come first");
    }
    KeyStore store = emptyStore();
    store.setKeyEntry("own", key, NO_PASSWORD, certificates.toArray(X509Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static TrustManager[] trustManagers(List<X509Certificate> authorities)
      throws GeneralSecurityException {
    KeyStore store = emptyStore();
    for (X509Certificate each : authorities) {
      store.setCertificateEntry("authority-" + store.size(), each);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      return store;
    } catch (IOException e) {
      throw new AssertionError("nothing is loaded", e);
    }
  }
}
