// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.ExceptionContext;
import dev.culebra.PosixSignal;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.BaseTransport;
import dev.culebra.net.PipeAddress;
import dev.culebra.process.SubprocessProtocol;
import dev.culebra.process.SubprocessTransport;
import dev.culebra.spi.PipeEnd;
import java.io.IOException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tells a protocol what becomes of a child: asyncio's {@code BaseSubprocessTransport}.
 *
 * <p>It is over when three things are: the process has ended, and the pipes that the parent has an end of
 * are closed, whichever comes last.
 */
final class ChildTransport implements SubprocessTransport {

  private static final String[] NAMES = {"stdin", "stdout", "stderr"};

  private final SocketLoop loop;
  private final Child child;
  private final SubprocessProtocol protocol;
  private final @Nullable PipeTransport[] pipes = new PipeTransport[NAMES.length];
  private final Waiters exitWaiters;
  private final Runnable closer = this::closeWithLoop;

  private int openPipes;
  private @Nullable Integer returnCode;
  private boolean closing;
  private boolean over;

  /** The pipes' protocols are made here, one for each descriptor. */
  ChildTransport(
      SocketLoop loop,
      Child child,
      SubprocessProtocol protocol,
      IntFunction<? extends BaseProtocol> pipeProtocols)
      throws IOException {
    this.loop = loop;
    this.child = child;
    this.protocol = protocol;
    this.exitWaiters = new Waiters(loop);
    try {
      for (int fd = 0; fd < NAMES.length; fd++) {
        PipeEnd end = child.pipe(fd);
        if (end != null) {
          PipeAddress address = new PipeAddress(NAMES[fd] + " of process " + child.pid());
          pipes[fd] = new PipeTransport(loop, end, address, fd != 0, pipeProtocols.apply(fd));
          openPipes++;
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      closePipeEnds();
      throw e;
    }
  }

  private void closePipeEnds() {
    for (int fd = 0; fd < NAMES.length; fd++) {
      PipeEnd end = child.pipe(fd);
      if (end != null) {
        end.close();
      }
    }
  }

  /** Schedules connectionMade; what the pipes and the process have to tell comes after it. */
  void start(Runnable whenStarted) {
    loop.own(closer);
    loop.jobs().begins();
    loop.callSoonUnlessClosed(() -> protocol.connectionMade(this));
    for (PipeTransport pipe : pipes) {
      if (pipe != null) {
        pipe.start(() -> {});
      }
    }
    loop.callSoonUnlessClosed(() -> {
      if (!over) {
        child.whenEnded(this::ended);
      }
    });
    loop.callSoonUnlessClosed(whenStarted);
  }

  private void ended(int status) {
    returnCode = status;
    loop.jobs().ends();
    PipeTransport stdin = pipes[0];
    if (stdin != null && !child.tellsOfInputsEnd()) {
      stdin.abort();
    }
    exitWaiters.wakeAll();
    try {
      protocol.processExited();
    } catch (Throwable t) {
      loop.callExceptionHandler(ExceptionContext.of("protocol.processExited() failed", t));
    }
    endIfAllIsOver();
  }

  /** Told by the protocol of a pipe. */
  void pipeLost() {
    openPipes--;
    endIfAllIsOver();
  }

  private void endIfAllIsOver() {
    if (returnCode != null && openPipes == 0 && !over) {
      over = true;
      closing = true;
      loop.release(closer);
      loop.callSoonUnlessClosed(() -> protocol.connectionLost(null));
    }
  }

  /** Parks the calling task until the process has ended. */
  int awaitExit() {
    Integer code;
    while ((code = returnCode) == null) {
      exitWaiters.await();
    }
    return code;
  }

  @Nullable PipeTransport pipe(int fd) {
    return pipes[fd];
  }

  @Override
  public long getPid() {
    return child.pid();
  }

  @Override
  public @Nullable Integer getReturnCode() {
    return returnCode;
  }

  @Override
  public @Nullable BaseTransport getPipeTransport(int fd) {
    if (fd < 0 || fd >= NAMES.length) {
      throw new IllegalArgumentException("fd must be 0, 1 or 2, not " + fd);
    }
    return pipes[fd];
  }

  @Override
  public void sendSignal(PosixSignal signal) {
    loop.checkThread();
    if (returnCode == null) {
      child.signal(signal);
    }
  }

  @Override
  public void terminate() {
    sendSignal(PosixSignal.SIGTERM);
  }

  @Override
  public void kill() {
    sendSignal(PosixSignal.SIGKILL);
  }

  @Override
  public void close() {
    loop.checkThread();
    if (closing) {
      return;
    }
    closing = true;
    for (PipeTransport pipe : pipes) {
      if (pipe != null) {
        pipe.close();
      }
    }
    kill();
  }

  private void closeWithLoop() {
    over = true;
    closing = true;
    child.close();
    closePipeEnds();
  }

  @Override
  public boolean isClosing() {
    return closing;
  }

  @Override
  public SubprocessProtocol getProtocol() {
    return protocol;
  }

  @Override
  public String toString() {
    return "SubprocessTransport[" + child.pid() + ", "
        + (returnCode == null ? "running" : "return code " + returnCode) + "]";
  }
}
