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

/**
 * A loop, which a benchmark runs for a batch of operations at a time.
 *
 * <p>A state that has something on the loop extends this one: JMH makes a state of a thread anew for each
 * method that asks for it.
 */
@State(Scope.Thread)
public class LoopState {

  @Param({"nio", "epoll"})
  public String backend = "nio";

  @SuppressWarnings("NullAway.Init") // JMH calls open() first
  public EventLoop loop;

  @Setup(Level.Trial)
  public void open() {
    loop = LoopPolicy.forBackend(backend).newEventLoop();
  }

  @TearDown(Level.Trial)
  public final void close() throws Exception {
    beforeClose();
    loop.close();
  }

  /** Takes off the loop what an extending state has on it, whose own tear-down would come too late. */
  protected void beforeClose() throws Exception {}
}
