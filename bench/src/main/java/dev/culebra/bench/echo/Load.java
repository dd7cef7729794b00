// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the servers are loaded with: so many connections, each with one message of so many bytes in flight.
 *
 * @param kind what it goes over
 * @param connections how many, at a time
 * @param bytes how long a message is
 */
record Load(Kind kind, int connections, int bytes) {

  private static final Pattern FORM = Pattern.compile("(?:([a-z]+):)?(\\d{1,7})x(\\d{1,8})");
  private static final int MAX_CONNECTIONS = 100_000;
  private static final int MAX_BYTES = 64 * 1024 * 1024;

  /** What UDP has room for over IPv4. */
  private static final int MAX_DATAGRAM_BYTES = 65_507;

  /** Reads one: {@code 50x1024}, {@code tls:50x10240}. */
  static Load parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw Failure.usage(
          "--load takes [KIND:]CONNECTIONSxBYTES, as in tls:50x10240, not '" + text + "'");
    }
    Kind kind = matcher.group(1) == null ? Kind.TCP : kind(matcher.group(1));
    int connections = Integer.parseInt(matcher.group(2));
    int bytes = Integer.parseInt(matcher.group(3));
    int maxBytes = kind == Kind.UDP ? MAX_DATAGRAM_BYTES : MAX_BYTES;
    if (connections < 1 || connections > MAX_CONNECTIONS || bytes < 1 || bytes > maxBytes) {
      throw Failure.usage(String.format(
          Locale.ROOT,
          "--load %s: a load has 1 to %,d connections, and %s messages of 1 to %,d bytes",
          text,
          MAX_CONNECTIONS,
          kind,
          maxBytes));
    }
    return new Load(kind, connections, bytes);
  }

  private static Kind kind(String name) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> Failure.usage("--load: '" + name + "' is none of "
            + Arrays.stream(Kind.values()).map(Kind::toString).collect(Collectors.joining(", "))));
  }

  /** For people. */
  String title() {
    return String.format(
        Locale.ROOT,
        "%s: %,d %s × %,d bytes",
        kind.title(),
        connections,
        kind == Kind.UDP ? "sockets" : kind == Kind.ACCEPT ? "at a time" : "connections",
        bytes);
  }

  @Override
  public String toString() {
    return kind + ":" + connections + "x" + bytes;
  }
}
