// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.sockets;

import dev.culebra.bench.LoopState;
import dev.culebra.bench.Measured;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Messages over a connection whose two ends share one loop, and so one processor: the time is that of both.
 * The connection stays open, so that what is allocated is allocated for messages.
 */
public class SocketBenchmark extends Measured {

  /** A connection. */
  public abstract static class Connected extends LoopState {

    @Param({"protocol", "buffered", "streams", "sockets"})
    public String mode = "protocol";

    @Param({"tcp", "unix"})
    public String family = "tcp";

    @Param({"1024", "10240", "102400"})
    public int bytes = 1024;

    @SuppressWarnings("NullAway.Init") // JMH calls connect() first
    private Place place;

    @SuppressWarnings("NullAway.Init")
    Link link;

    abstract boolean answers();

    @Setup(Level.Trial)
    public void connect() throws Exception {
      place = Place.of(family);
      link = loop.runUntilComplete(() -> Link.open(mode, place, bytes, answers()));
    }

    @Override
    protected void beforeClose() throws Exception {
      loop.runUntilComplete(() -> {
        link.close();
        return true;
      });
      place.close();
    }
  }

  /** To a server that sends back what it receives. */
  public static class ToEcho extends Connected {

    @Override
    boolean answers() {
      return true;
    }
  }

  /** To a server that drops what it receives. */
  public static class ToSink extends Connected {

    @Override
    boolean answers() {
      return false;
    }
  }

  /** An operation sends a message, which is sent back: two messages, of which each is sent and received. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public boolean roundTrip(ToEcho state) throws Exception {
    return state.loop.<Boolean>runUntilComplete(() -> {
      state.link.roundTrips(BATCH);
      return true;
    });
  }

  /** An operation sends a message and receives it, while others are under way. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public boolean oneWay(ToSink state) throws Exception {
    return state.loop.<Boolean>runUntilComplete(() -> {
      state.link.send(BATCH);
      return true;
    });
  }
}
