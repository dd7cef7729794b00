// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The ratios that Culebra is to stay below. */
final class Marks {

  private static final String RAW = "raw";
  private static final String PROTOCOL = "epoll-protocol";
  private static final String STREAMS = "epoll-streams";

  /**
   * One mark, and how it was met.
   *
   * @param load under which
   * @param server whose
   * @param other compared with whom
   * @param figure the name of what is compared
   * @param limit the most that the ratio may be
   * @param ratio what it was
   */
  record Met(
      Load load, String server, String other, String figure, double limit, Figures.Ratio ratio) {

    boolean reached() {
      return ratio.median() <= limit;
    }
  }

  private record Mark(Load load, String server, String other, Figure figure, double limit) {}

  private enum Figure {
    CPU,
    USER;

    ToDoubleFunction<Turn> value() {
      return this == CPU ? Turn::cpuMicros : Turn::userMicros;
    }
  }

  private static final List<Mark> ALL = List.of(
      cpu("50x1024", PROTOCOL, RAW, 1.10),
      cpu("50x1024", PROTOCOL, "netty-epoll", 0.85),
      cpu("50x1024", PROTOCOL, "uvloop-protocol", 1),
      cpu("50x1024", PROTOCOL, "selector", 1),
      cpu("20x102400", PROTOCOL, RAW, 1.15),
      cpu("20x102400", PROTOCOL, "netty-epoll", 0.7),
      cpu("1000x512", PROTOCOL, RAW, 1.15),
      cpu("1000x512", PROTOCOL, "netty-epoll", 0.7),
      cpu("50x1024", STREAMS, RAW, 1.25),
      cpu("50x1024", STREAMS, "vthreads", 0.5),
      cpu("50x1024", STREAMS, "uvloop-streams", 0.85),
      cpu("50x1024", "epoll-sockets", RAW, 1.25),
      cpu("50x1024", "nio-protocol", "selector", 1.08),
      new Mark(Load.parse("1x1024"), PROTOCOL, RAW, Figure.USER, 1.6),
      cpu("unix:50x1024", PROTOCOL, RAW, 1.15),
      cpu("tls:50x10240", PROTOCOL, "netty-nio", 1),
      cpu("tls:50x10240", PROTOCOL, "netty-epoll", 1),
      cpu("accept:50x1024", PROTOCOL, "netty-epoll", 0.8));

  private Marks() {}

  private static Mark cpu(String load, String server, String other, double limit) {
    return new Mark(Load.parse(load), server, other, Figure.CPU, limit);
  }

  /** Tells of each mark that the outcomes have both servers of. */
  static List<Met> in(List<Outcome> outcomes) {
    List<Met> met = new ArrayList<>();
    for (Mark mark : ALL) {
      for (Outcome outcome : outcomes) {
        if (outcome.load().equals(mark.load)
            && outcome.servers().contains(mark.server)
            && outcome.servers().contains(mark.other)) {
          Figures.Ratio ratio = outcome.ratio(mark.server, mark.other, mark.figure.value());
          if (Double.isFinite(ratio.median())) {
            String figure = mark.figure == Figure.CPU ? "CPU" : "user CPU";
            met.add(new Met(mark.load, mark.server, mark.other, figure, mark.limit, ratio));
          }
        }
      }
    }
    return met;
  }
}
