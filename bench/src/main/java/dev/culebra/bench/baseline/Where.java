// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.baseline;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where one of these servers listens, as its arguments say: {@code tcp}, {@code udp}, {@code unix PATH} or
 * {@code tls CERTIFICATE KEY}. A port is one of 127.0.0.1 that the system chooses.
 */
record Where(String kind, @Nullable Path first, @Nullable Path second) {

  static Where of(String... args) {
    return new Where(
        args[0],
        args.length > 1 ? Path.of(args[1]) : null,
        args.length > 2 ? Path.of(args[2]) : null);
  }

  static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Says it as {@code ./culebra echo} does. */
  static void say(Object where) {
    System.out.println("listening on "
        + (where instanceof InetSocketAddress inet ? "127.0.0.1:" + inet.getPort() : where));
  }

  boolean is(String kind) {
    return this.kind.equals(kind);
  }

  Path path() {
    return Objects.requireNonNull(first, "unix PATH");
  }

  Path certificate() {
    return Objects.requireNonNull(first, "tls CERTIFICATE KEY");
  }

  Path key() {
    return Objects.requireNonNull(second, "tls CERTIFICATE KEY");
  }

  IllegalArgumentException unknown() {
    return new IllegalArgumentException("it does not serve '" + kind + "'");
  }
}
