// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.net.TlsOptions;
import dev.culebra.net.TlsSession;
import java.net.InetAddress;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.StandardConstants;
import org.jspecify.annotations.Nullable;

/** Makes the JDK's TLS engines by options, and tells what came of them. */
final class TlsEngines {

  private TlsEngines() {}

  /** As {@link #client}, null without options. */
  static @Nullable SSLEngine clientIfWanted(
      @Nullable TlsOptions options, @Nullable String host, int port) {
    return options == null ? null : client(options, host, port);
  }

  /**
   * An engine for the client's side of a connection.
   *
   * @param host what is connected to; null if that has no name
   * @throws IllegalArgumentException if the options name what the JDK does not know, or nothing tells
   *     which name to verify
   */
  static SSLEngine client(TlsOptions options, @Nullable String host, int port) {
    String name = options.serverName() != null ? options.serverName() : host;
    if (name == null && options.verifyHostname()) {
      throw new IllegalArgumentException(
          "nothing tells which name the server's certificate must bear: use"
              + " TlsOptions.withServerName, or withVerifyHostname(false)");
    }
    SSLContext context = options.context() != null ? options.context() : defaultContext();
    SSLEngine engine =
        name != null ? context.createSSLEngine(name, port) : context.createSSLEngine();
    engine.setUseClientMode(true);
    SSLParameters parameters = parameters(engine, options);
    if (options.verifyHostname()) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    if (name != null && !isLiteral(name)) {
      parameters.setServerNames(sniOf(name));
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  /** RFC 6066: without the dot of a full name; what cannot be a name there is not asked for. */
  private static List<SNIServerName> sniOf(String name) {
    try {
      return List.of(
          new SNIHostName(name.endsWith(".") ? name.substring(0, name.length() - 1) : name));
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  /** RFC 6066: addresses are no names to ask for. */
  private static boolean isLiteral(String name) {
    try {
      InetAddress.ofLiteral(name);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** An engine for the server's side of a connection. */
  static SSLEngine server(TlsOptions options) {
    SSLContext context = options.context();
    if (context == null) {
      throw new IllegalArgumentException(
          "the server's side of TLS needs an SSLContext with its certificate: use"
              + " TlsOptions.withContext(TlsContexts.server(certificateFile, keyFile))");
    }
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = parameters(engine, options);
    switch (options.clientCertificates()) {
      case IGNORED -> {}
      case WANTED -> parameters.setWantClientAuth(true);
      case NEEDED -> parameters.setNeedClientAuth(true);
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  /** Finds out whether a server can have such engines, while nothing is open. */
  static void check(@Nullable TlsOptions serverOptions) {
    if (serverOptions != null) {
      server(serverOptions);
    }
  }

  private static SSLContext defaultContext() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK's default SSLContext cannot be made", e);
    }
  }

  private static SSLParameters parameters(SSLEngine engine, TlsOptions options) {
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setApplicationProtocols(options.applicationProtocols().toArray(String[]::new));
    if (options.protocols() != null) {
      parameters.setProtocols(options.protocols().toArray(String[]::new));
    }
    if (options.cipherSuites() != null) {
      parameters.setCipherSuites(options.cipherSuites().toArray(String[]::new));
    }
    return parameters;
  }

  /** What the finished handshake of an engine has come to. */
  static TlsSession session(SSLEngine engine) {
    SSLSession session = engine.getSession();
    String applicationProtocol = engine.getApplicationProtocol();
    return new TlsSession(
        session.getProtocol(),
        session.getCipherSuite(),
        applicationProtocol == null || applicationProtocol.isEmpty() ? null : applicationProtocol,
        serverName(engine, session),
        peerCertificates(session));
  }

  private static @Nullable String serverName(SSLEngine engine, SSLSession session) {
    List<SNIServerName> names = List.of();
    if (engine.getUseClientMode()) {
      names = engine.getSSLParameters().getServerNames();
    } else if (session instanceof ExtendedSSLSession extended) {
      names = extended.getRequestedServerNames();
    }
    if (names != null) {
      for (SNIServerName name : names) {
        if (name.getType() == StandardConstants.SNI_HOST_NAME) {
          return new SNIHostName(name.getEncoded()).getAsciiName();
        }
      }
    }
    return null;
  }

  private static List<Certificate> peerCertificates(SSLSession session) {
    try {
      return List.of(session.getPeerCertificates());
    } catch (SSLPeerUnverifiedException e) {
      return List.of(); // it showed none
    }
  }
}
