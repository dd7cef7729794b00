// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Says how a connection is encrypted (asyncio's {@code ssl}, {@code server_hostname} and {@code
 * ssl_*_timeout} arguments).
 *
 * <p>A client needs none but {@link #DEFAULT}: the JDK's certificate authorities, and a certificate that
 * bears the host's name. A server needs a context with its certificate, see {@link TlsContexts}.
 *
 * @param context certificates, keys and whom to trust; null, the default, is the JDK's default context,
 *     which only a client can use
 * @param applicationProtocols what to speak over TLS, as names for ALPN in order of preference, such as
 *     {@code "h2"}; none, the default, leaves ALPN out
 * @param serverName for clients, the name that the server is asked for (SNI) and that its certificate
 *     must bear; null, the default, is the host connected to
 * @param verifyHostname for clients, whether the certificate must bear the server's name; the default
 *     is true
 * @param clientCertificates for servers, whether clients are to show a certificate
 * @param handshakeTimeout how long a handshake may take; the default is 60 s
 * @param shutdownTimeout how long a close may go without any progress, in sending what was written or in
 *     getting the peer's answer; the default is 30 s
 * @param protocols versions to allow, such as {@code "TLSv1.3"}; null, the default, is the JDK's choice
 * @param cipherSuites cipher suites to allow, by their standard names; null, the default, is the JDK's
 *     choice
 */
public record TlsOptions(
    @Nullable SSLContext context,
    List<String> applicationProtocols,
    @Nullable String serverName,
    boolean verifyHostname,
    ClientCertificates clientCertificates,
    Duration handshakeTimeout,
    Duration shutdownTimeout,
    @Nullable List<String> protocols,
    @Nullable List<String> cipherSuites) {

  /** Says whether a server asks its clients for certificates. */
  public enum ClientCertificates {
    /** Clients are not asked. */
    IGNORED,
    /** Clients are asked, and may have none. */
    WANTED,
    /** Clients without a trusted certificate are refused. */
    NEEDED
  }

  /** What holds where nothing else is said. */
  public static final TlsOptions DEFAULT = new TlsOptions(
      null,
      List.of(),
      null,
      true,
      ClientCertificates.IGNORED,
      Duration.ofMinutes(1),
      Duration.ofSeconds(30),
      null,
      null);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a time limit is not positive, or a name or a list empty
   */
  public TlsOptions {
    applicationProtocols = List.copyOf(applicationProtocols);
    Objects.requireNonNull(clientCertificates, "clientCertificates");
    requirePositive("handshakeTimeout", handshakeTimeout);
    requirePositive("shutdownTimeout", shutdownTimeout);
    protocols = notEmpty("protocols", protocols);
    cipherSuites = notEmpty("cipherSuites", cipherSuites);
    if (serverName != null && serverName.isEmpty()) {
      throw new IllegalArgumentException(
          "serverName must not be empty; null stands for the host connected to");
    }
    if (applicationProtocols.contains("")) {
      throw new IllegalArgumentException("an application protocol's name must not be empty");
    }
  }

  private static void requirePositive(String name, Duration timeout) {
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException(name + " must be positive, but is " + timeout);
    }
  }

  private static @Nullable List<String> notEmpty(String name, @Nullable List<String> names) {
    if (names == null) {
      return null;
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          name + " must not be empty; null stands for the JDK's choice");
    }
    return List.copyOf(names);
  }

  /**
   * These options with another context.
   *
   * @param value certificates, keys and whom to trust; null for the JDK's default
   * @return the new options
   */
  public TlsOptions withContext(@Nullable SSLContext value) {
    return new TlsOptions(
        value,
        applicationProtocols,
        serverName,
        verifyHostname,
        clientCertificates,
        handshakeTimeout,
        shutdownTimeout,
        protocols,
        cipherSuites);
  }

  /**
   * These options with other protocols for ALPN.
   *
   * @param values their names, in order of preference
   * @return the new options
   */
  public TlsOptions withApplicationProtocols(String... values) {
    return new TlsOptions(
        context,
        List.of(values),
        serverName,
        verifyHostname,
        clientCertificates,
        handshakeTimeout,
        shutdownTimeout,
        protocols,
        cipherSuites);
  }

  /**
   * These options with another name of the server.
   *
   * @param value what to ask for and to find in the certificate; null for the host connected to
   * @return the new options
   */
  public TlsOptions withServerName(@Nullable String value) {
    return new TlsOptions(
        context,
        applicationProtocols,
        value,
        verifyHostname,
        clientCertificates,
        handshakeTimeout,
        shutdownTimeout,
        protocols,
        cipherSuites);
  }

  /**
   * These options with another answer on verifying the server's name. Without that, whoever has a
   * certificate of a trusted authority can pose as the server.
   *
   * @param value whether the certificate must bear the server's name
   * @return the new options
   */
  public TlsOptions withVerifyHostname(boolean value) {
    return new TlsOptions(
        context,
        applicationProtocols,
        serverName,
        value,
        clientCertificates,
        handshakeTimeout,
        shutdownTimeout,
        protocols,
        cipherSuites);
  }

  /**
   * These options with another answer on clients' certificates.
   *
   * @param value whether clients are to show one
   * @return the new options
   */
  public TlsOptions withClientCertificates(ClientCertificates value) {
    return new TlsOptions(
        context,
        applicationProtocols,
        serverName,
        verifyHostname,
        value,
        handshakeTimeout,
        shutdownTimeout,
        protocols,
        cipherSuites);
  }

  /**
   * These options with another limit for the handshake.
   *
   * @param value how long it may take
   * @return the new options
   */
  public TlsOptions withHandshakeTimeout(Duration value) {
    return new TlsOptions(
        context,
        applicationProtocols,
        serverName,
        verifyHostname,
        clientCertificates,
        value,
        shutdownTimeout,
        protocols,
        cipherSuites);
  }

  /**
   * These options with another limit for closing.
   *
   * @param value how long a close may go without any progress
   * @return the new options
   */
  public TlsOptions withShutdownTimeout(Duration value) {
    return new TlsOptions(
        context,
        applicationProtocols,
        serverName,
        verifyHostname,
        clientCertificates,
        handshakeTimeout,
        value,
        protocols,
        cipherSuites);
  }

  /**
   * These options with other versions of TLS.
   *
   * @param values the versions to allow, such as {@code "TLSv1.3"}
   * @return the new options
   */
  public TlsOptions withProtocols(String... values) {
    return new TlsOptions(
        context,
        applicationProtocols,
        serverName,
        verifyHostname,
        clientCertificates,
        handshakeTimeout,
        shutdownTimeout,
        List.of(values),
        cipherSuites);
  }

  /**
   * These options with other cipher suites.
   *
   * @param values the suites to allow, by their standard names
   * @return the new options
   */
  public TlsOptions withCipherSuites(String... values) {
    return new TlsOptions(
        context,
        applicationProtocols,
        serverName,
        verifyHostname,
        clientCertificates,
        handshakeTimeout,
        shutdownTimeout,
        protocols,
        List.of(values));
  }
}
