// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Says how to connect.
 *
 * @param localAddress what to bind this end to; the default, null, leaves it to the system
 * @param limitBytes for streams, how much {@link StreamReader#readUntil} may buffer; the default is 64
 *     KiB
 */
public record ConnectOptions(@Nullable InetSocketAddress localAddress, int limitBytes) {

  /** What holds where nothing else is said. */
  public static final ConnectOptions DEFAULT =
      new ConnectOptions(null, StreamReader.DEFAULT_LIMIT_BYTES);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the limit is below 1
   */
  public ConnectOptions {
    StreamReader.checkLimit(limitBytes);
  }

  /**
   * These options with another local address.
   *
   * @param value what to bind this end to
   * @return the new options
   */
  public ConnectOptions withLocalAddress(InetSocketAddress value) {
    return new ConnectOptions(value, limitBytes);
  }

  /**
   * These options with another limit for the stream reader.
   *
   * @param value how much the reader may buffer in search of a separator, in bytes
   * @return the new options
   */
  public ConnectOptions withLimitBytes(int value) {
    return new ConnectOptions(localAddress, value);
  }
}
