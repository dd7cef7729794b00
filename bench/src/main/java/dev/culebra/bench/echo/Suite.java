// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Loads and servers that belong together. */
enum Suite {
  /** Those that there are marks for. */
  MARKS("50x1024 20x102400 1000x512 1x1024 unix:50x1024 tls:50x10240 accept:50x1024") {
    @Override
    boolean has(String server) {
      return !server.endsWith("-buffered")
          && !server.startsWith("asyncio-")
          && !server.equals("netty-io_uring")
          && !List.of("nio-streams", "nio-sockets", "uvloop-sockets").contains(server);
    }
  },
  /** One, 50 and 1,000 connections by 1, 10 and 100 KiB, and everything else; every server. */
  FULL("1x1024 1x10240 1x102400 50x1024 50x10240 50x102400 1000x1024"
      + " 1000x10240 1000x102400 20x102400 1000x512 unix:50x1024 unix:50x10240"
      + " unix:50x102400 tls:50x1024 tls:50x10240 tls:50x102400 accept:50x1024"
      + " udp:50x1024") {
    @Override
    boolean has(String server) {
      return true;
    }
  };

  private final String loads;

  Suite(String loads) {
    this.loads = loads;
  }

  List<Load> loads() {
    return Stream.of(loads.split(" ", -1)).map(Load::parse).toList();
  }

  abstract boolean has(String server);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
