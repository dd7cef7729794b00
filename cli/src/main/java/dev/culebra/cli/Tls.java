// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.net.TlsContexts;
import dev.culebra.net.TlsOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Makes TLS options of what was said on the command line. */
final class Tls {

  private Tls() {}

  /** A server's: with the certificate and its key in two PEM files. */
  static TlsOptions ofServer(Path certificate, Path key) {
    try {
      return TlsOptions.DEFAULT.withContext(TlsContexts.server(certificate, key));
    } catch (IOException e) {
      throw Failure.failed("cannot read the certificate or its key: " + e);
    } catch (GeneralSecurityException e) {
      throw Failure.failed("cannot use the certificate and key: " + e.getMessage());
    }
  }

  /** A client's: it trusts the authorities in a PEM file or, without one, those of the JDK. */
  static TlsOptions ofClient(@Nullable Path authorities) {
    try {
      return authorities == null
          ? TlsOptions.DEFAULT
          : TlsOptions.DEFAULT.withContext(TlsContexts.client(authorities));
    } catch (IOException e) {
      throw Failure.failed("cannot read the certificates: " + e);
    } catch (GeneralSecurityException e) {
      throw Failure.failed("cannot use the certificates: " + e.getMessage());
    }
  }

  /** A client's that takes whatever certificate it is shown. */
  static TlsOptions trustingAll() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustAll()}, null);
      return TlsOptions.DEFAULT.withContext(context).withVerifyHostname(false);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  /** For measuring, where what passes is of no worth. */
  private static final class TrustAll extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
