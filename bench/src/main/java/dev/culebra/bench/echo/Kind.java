// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import java.util.Locale;

/** What a load goes over. */
enum Kind {
  /** Messages on TCP connections that stay. */
  TCP("TCP"),
  /** Messages on the connections of a Unix socket. */
  UNIX("Unix socket"),
  /** Messages on TCP connections that stay, with TLS 1.3. */
  TLS("TLS 1.3"),
  /** A TCP connection for each message. */
  ACCEPT("TCP, a connection for each request"),
  /** Datagrams. */
  UDP("UDP");

  private final String title;

  Kind(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** What a server must serve to have this load. */
  Kind served() {
    return this == ACCEPT ? TCP : this;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
