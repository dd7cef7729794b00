// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import org.jspecify.annotations.Nullable;

/**
 * Says how a server listens.
 *
 * @param backlog how many connections may wait to be accepted, at least 1; the default is 1024, which
 *     the system may cut
 * @param reuseAddress whether a port may be bound whose old connections still linger; the default is
 *     true
 * @param reusePort whether several sockets may share a port; the default is false
 * @param keepAlive whether idle connections are probed by TCP; the default is false
 * @param startServing whether to accept at once, not only when asked to; the default is true
 * @param limitBytes for streams, how much {@link StreamReader#readUntil} may buffer; the default is 64
 *     KiB
 * @param tls how to encrypt the connections, with a context that has the server's certificate; the
 *     default, null, does not
 * @param cleanupSocket for a Unix socket, whether its file goes when the server is closed, unless another
 *     has taken its name since (asyncio's {@code cleanup_socket}); the default is true
 */
public record ServerOptions(
    int backlog,
    boolean reuseAddress,
    boolean reusePort,
    boolean keepAlive,
    boolean startServing,
    int limitBytes,
    @Nullable TlsOptions tls,
    boolean cleanupSocket) {

  /** What holds where nothing else is said. */
  public static final ServerOptions DEFAULT = new ServerOptions(
      1024, true, false, false, true, StreamReader.DEFAULT_LIMIT_BYTES, null, true);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a number is below 1, or TLS is wanted without a context
   */
  public ServerOptions {
    if (backlog < 1) {
      throw new IllegalArgumentException("backlog must be at least 1, not " + backlog);
    }
    StreamReader.checkLimit(limitBytes);
    if (tls != null && tls.context() == null) {
      throw new IllegalArgumentException(
          "a server's TLS needs an SSLContext with its certificate: TlsOptions.withContext(TlsContexts"
              + ".server(certificateFile, keyFile))");
    }
  }

  /**
   * These options with another backlog.
   *
   * @param value how many connections may wait to be accepted
   * @return the new options
   */
  public ServerOptions withBacklog(int value) {
    return new ServerOptions(
        value, reuseAddress, reusePort, keepAlive, startServing, limitBytes, tls, cleanupSocket);
  }

  /**
   * These options with another answer on reusing addresses.
   *
   * @param value whether a port may be bound whose old connections still linger
   * @return the new options
   */
  public ServerOptions withReuseAddress(boolean value) {
    return new ServerOptions(
        backlog, value, reusePort, keepAlive, startServing, limitBytes, tls, cleanupSocket);
  }

  /**
   * These options with another answer on sharing ports.
   *
   * @param value whether several sockets may share a port
   * @return the new options
   */
  public ServerOptions withReusePort(boolean value) {
    return new ServerOptions(
        backlog, reuseAddress, value, keepAlive, startServing, limitBytes, tls, cleanupSocket);
  }

  /**
   * These options with another answer on keep-alive probes.
   *
   * @param value whether idle connections are probed
   * @return the new options
   */
  public ServerOptions withKeepAlive(boolean value) {
    return new ServerOptions(
        backlog, reuseAddress, reusePort, value, startServing, limitBytes, tls, cleanupSocket);
  }

  /**
   * These options with another answer on when to start.
   *
   * @param value whether to accept at once
   * @return the new options
   */
  public ServerOptions withStartServing(boolean value) {
    return new ServerOptions(
        backlog, reuseAddress, reusePort, keepAlive, value, limitBytes, tls, cleanupSocket);
  }

  /**
   * These options with another limit for stream readers.
   *
   * @param value how much a reader may buffer in search of a separator, in bytes
   * @return the new options
   */
  public ServerOptions withLimitBytes(int value) {
    return new ServerOptions(
        backlog, reuseAddress, reusePort, keepAlive, startServing, value, tls, cleanupSocket);
  }

  /**
   * These options with TLS.
   *
   * @param value how to encrypt the connections; null not to
   * @return the new options
   * @throws IllegalArgumentException if it has no context: a server must show a certificate
   */
  public ServerOptions withTls(@Nullable TlsOptions value) {
    return new ServerOptions(
        backlog,
        reuseAddress,
        reusePort,
        keepAlive,
        startServing,
        limitBytes,
        value,
        cleanupSocket);
  }

  /**
   * These options with another answer on what becomes of a Unix socket's file.
   *
   * @param value whether it goes when the server is closed
   * @return the new options
   */
  public ServerOptions withCleanupSocket(boolean value) {
    return new ServerOptions(
        backlog, reuseAddress, reusePort, keepAlive, startServing, limitBytes, tls, value);
  }
}
