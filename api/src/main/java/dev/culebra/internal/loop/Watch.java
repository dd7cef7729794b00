// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.ExceptionContext;
import dev.culebra.spi.Poller;

/** Stands for a registered socket: takes its readiness from a poll, and its turn in the ready queue. */
public abstract class Watch implements Ready {

  protected final SelectorLoop loop;
  private final LoopContext context;
  private int pending;

  /** It will run in a copy of the context of whoever makes it. */
  protected Watch(SelectorLoop loop) {
    this.loop = loop;
    this.context = new LoopContext(LoopContext.capture());
  }

  static void handOut(Object attachment, int readiness) {
    ((Watch) attachment).becameReady(readiness);
  }

  /** Called while the loop polls, perhaps on the bare carrier: only takes note. */
  protected void becameReady(int readiness) {
    if (pending == 0) {
      loop.enqueue(this);
    }
    pending |= readiness;
  }

  /** Schedules a callback that runs in the context of this source, as what its events run. */
  protected final void callSoon(Runnable callback) {
    loop.enqueue(new Callback(loop, callback, context));
  }

  @Override
  public final void run() {
    int readiness = pending;
    pending = 0;
    loop.enter(context);
    try {
      if ((readiness & Poller.READ) != 0) {
        onReadable();
      }
      if ((readiness & Poller.WRITE) != 0) {
        onWritable();
      }
    } catch (Throwable t) {
      loop.callExceptionHandler(ExceptionContext.of("Exception in " + Failures.describe(this), t));
      broken(t);
    }
  }

  /** What should have dealt with its own failures has thrown: it costs this source, not the loop. */
  protected abstract void broken(Throwable thrown);

  /** There may be something to read or accept; or the source has been closed since. */
  protected abstract void onReadable();

  /** There may be room to write, or a connect has ended; or the source has been closed since. */
  protected abstract void onWritable();
}
