// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Says how to connect.
 *
 * @param family which of a host's addresses are tried: {@link java.net.StandardProtocolFamily#INET},
 *     {@code INET6}, or the default, null, for both
 * @param localAddress what to bind this end to, whose host name may be unresolved; the default, null,
 *     leaves it to the system
 * @param happyEyeballsDelay how long an attempt at one address may take before the next address is
 *     tried beside it, as in RFC 8305, which recommends 250 ms; the default, null, tries the next one
 *     only when an attempt has failed
 * @param interleave how many addresses of the first one's family come before one of the other family:
 *     0 leaves the resolver's order; the default is 1 with a happy-eyeballs delay, else 0
 * @param limitBytes for streams, how much {@link StreamReader#readUntil} may buffer; the default is 64
 *     KiB
 * @param tls how to encrypt the connection; the default, null, does not
 */
public record ConnectOptions(
    @Nullable ProtocolFamily family,
    @Nullable InetSocketAddress localAddress,
    @Nullable Duration happyEyeballsDelay,
    int interleave,
    int limitBytes,
    @Nullable TlsOptions tls) {

  /** What holds where nothing else is said. */
  public static final ConnectOptions DEFAULT =
      new ConnectOptions(null, null, null, 0, StreamReader.DEFAULT_LIMIT_BYTES, null);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the limit is below 1, the delay or the interleaving negative, or
   *     the family not one of the internet's
   */
  public ConnectOptions {
    if (family != null
        && family != StandardProtocolFamily.INET
        && family != StandardProtocolFamily.INET6) {
      throw new IllegalArgumentException(
          "family must be INET, INET6 or null for both, not " + family);
    }
    StreamReader.checkLimit(limitBytes);
    if (happyEyeballsDelay != null && happyEyeballsDelay.isNegative()) {
      throw new IllegalArgumentException(
          "happyEyeballsDelay must not be negative, but is " + happyEyeballsDelay);
    }
    if (interleave < 0) {
      throw new IllegalArgumentException("interleave must be at least 0, not " + interleave);
    }
  }

  /**
   * These options for addresses of one family only.
   *
   * @param value INET or INET6, null for both
   * @return the new options
   */
  public ConnectOptions withFamily(@Nullable ProtocolFamily value) {
    return new ConnectOptions(value, localAddress, happyEyeballsDelay, interleave, limitBytes, tls);
  }

  /**
   * These options with another local address.
   *
   * @param value what to bind this end to
   * @return the new options
   */
  public ConnectOptions withLocalAddress(@Nullable InetSocketAddress value) {
    return new ConnectOptions(family, value, happyEyeballsDelay, interleave, limitBytes, tls);
  }

  /**
   * These options with another delay between attempts; with one, addresses of both families take turns
   * unless that was set otherwise.
   *
   * @param value how long to wait for an attempt before the next one is started, null for its failure
   * @return the new options
   */
  public ConnectOptions withHappyEyeballsDelay(@Nullable Duration value) {
    return new ConnectOptions(
        family,
        localAddress,
        value,
        value != null && interleave == 0 ? 1 : interleave,
        limitBytes,
        tls);
  }

  /**
   * These options with another order of addresses.
   *
   * @param value how many addresses of the first one's family come before one of the other family
   * @return the new options
   */
  public ConnectOptions withInterleave(int value) {
    return new ConnectOptions(family, localAddress, happyEyeballsDelay, value, limitBytes, tls);
  }

  /**
   * These options with another limit for the stream reader.
   *
   * @param value how much the reader may buffer in search of a separator, in bytes
   * @return the new options
   */
  public ConnectOptions withLimitBytes(int value) {
    return new ConnectOptions(family, localAddress, happyEyeballsDelay, interleave, value, tls);
  }

  /**
   * These options with TLS.
   *
   * @param value how to encrypt the connection, {@link TlsOptions#DEFAULT} for one; null not to
   * @return the new options
   */
  public ConnectOptions withTls(@Nullable TlsOptions value) {
    return new ConnectOptions(
        family, localAddress, happyEyeballsDelay, interleave, limitBytes, value);
  }
}
