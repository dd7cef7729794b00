// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench;

import dev.culebra.EventLoop;
import dev.culebra.LoopPolicy;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A loop, which a benchmark runs for a batch of operations at a time. */
@State(Scope.Thread)
public class LoopState {

  /** How many operations one run of the loop does, so that starting and stopping it does not count. */
  public static final int BATCH = 10_000;

  /** The JVM flags that Culebra wants, for every benchmark's {@code @Fork}. */
  static final String OPENS = "--add-opens=java.base/java.lang=ALL-UNNAMED";

  static final String NATIVE = "--enable-native-access=ALL-UNNAMED";

  @Param({"nio", "epoll"})
  public String backend = "nio";

  @SuppressWarnings("NullAway.Init") // JMH calls open() first
  EventLoop loop;

  @Setup(Level.Trial)
  public void open() {
    loop = LoopPolicy.forBackend(backend).newEventLoop();
  }

  @TearDown(Level.Trial)
  public void close() {
    loop.close();
  }
}
