// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import dev.culebra.spi.LoopThread;
import java.net.SocketOption;
import org.jspecify.annotations.Nullable;

/**
 * Sends and receives the bytes of one connection (asyncio's Transport).
 *
 * <p>Tasks have {@link StreamReader} and {@link StreamWriter} instead.
 *
 * <p><b>Threading</b>: the loop and its tasks.
 *
 * <p><b>Lifecycle</b>: ends with {@link #close}, {@link #abort} or a failure; the protocol's {@code
 * connectionLost} is called exactly once.
 */
@LoopThread
public interface Transport extends ReadTransport, WriteTransport {

  /**
   * Tells what the TLS handshake has come to ({@code get_extra_info} of {@code "cipher"}, {@code
   * "peercert"} and {@code "ssl_object"}). Stays known after the close.
   *
   * @return protocol, cipher suite and certificates; null without TLS
   */
  default @Nullable TlsSession tlsSession() {
    return null;
  }

  /**
   * Sets an option of the socket ({@code get_extra_info("socket").setsockopt}).
   *
   * @param <T> the type of its value
   * @param option one of {@link java.net.StandardSocketOptions}
   * @param value its new value
   * @throws java.io.IOException if the system refuses, or the socket is closed
   */
  <T> void setOption(SocketOption<T> option, T value) throws java.io.IOException;

  /**
   * Reads an option of the socket.
   *
   * @param <T> the type of its value
   * @param option one of {@link java.net.StandardSocketOptions}
   * @return its value now
   * @throws java.io.IOException if the system refuses, or the socket is closed
   */
  <T> T getOption(SocketOption<T> option) throws java.io.IOException;
}
