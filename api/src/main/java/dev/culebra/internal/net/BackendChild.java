// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.ExceptionContext;
import dev.culebra.PosixSignal;
import dev.culebra.internal.loop.Watch;
import dev.culebra.spi.ChildProcess;
import dev.culebra.spi.PipeEnd;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Watches a child that the backend has started: no thread waits for it. */
final class BackendChild extends Watch implements Child {

  /** As asyncio, where somebody else has reaped it. */
  private static final int UNKNOWN_STATUS = 255;

  private final ChildProcess process;
  private @Nullable IntConsumer listener;

  BackendChild(SocketLoop loop, ChildProcess process) {
    super(loop);
    this.process = process;
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public @Nullable PipeEnd pipe(int fd) {
    return process.pipe(fd);
  }

  @Override
  public void whenEnded(IntConsumer newListener) {
    listener = newListener;
    try {
      loop.poller().register(process, Poller.READ, this);
    } catch (IOException e) {
      broken(e);
    }
  }

  @Override
  protected void onReadable() {
    if (listener == null) {
      return;
    }
    try {
      int status = process.tryReap();
      if (status != ChildProcess.RUNNING) {
        end(status);
      }
    } catch (IOException e) {
      broken(e);
    }
  }

  @Override
  protected void broken(Throwable thrown) {
    loop.callExceptionHandler(
        ExceptionContext.of("cannot tell how the child process " + pid() + " has ended", thrown));
    end(UNKNOWN_STATUS);
  }

  private void end(int status) {
    IntConsumer told = listener;
    close();
    if (told != null) {
      told.accept(status);
    }
  }

  @Override
  protected void onWritable() {}

  @Override
  public void signal(PosixSignal signal) {
    process.signal(signal);
  }

  @Override
  public void close() {
    listener = null;
    process.close();
  }
}
