// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.culebra.PosixSignal;
import dev.culebra.process.ProcessOptions;
import dev.culebra.spi.ChildProcess;
import dev.culebra.spi.PipeEnd;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Owns a child process. Its end is told by its number where the poller can watch that, else by a
 * descriptor that is readable once it has ended: pidfd_open(2).
 *
 * <p>It is reaped by its number, never by -1: other children are the JDK's, which in its turn waits for
 * each of its own alone. Until then the kernel gives the number to nobody else, so a signal to it cannot
 * hit another process.
 *
 * <p><b>Threading</b>: as the loop's; see {@link dev.culebra.spi.LoopThread}.
 */
public final class PosixProcess extends PosixSource implements ChildProcess {

  private static final int SIGNAL_MASK = 0x7f;
  private static final int STATUS_SHIFT = 8;
  private static final int STATUS_MASK = 0xff;

  private final int pid;
  private final @Nullable PipeEnd[] pipes;
  private int status = RUNNING;

  private PosixProcess(
      PosixPoller poller, CallState calls, int pidfd, int pid, @Nullable PipeEnd[] pipes) {
    super(poller, calls, Constants.AF_UNSPEC, pidfd, Identity.OWN);
    this.pid = pid;
    this.pipes = pipes;
  }

  private PosixProcess(PosixPoller poller, CallState calls, int pid, @Nullable PipeEnd[] pipes) {
    super(poller, calls, Constants.AF_UNSPEC, pid, Identity.PROCESS);
    this.pid = pid;
    this.pipes = pipes;
  }

  /**
   * Starts a program.
   *
   * @param poller the poller that will watch it
   * @param calls the poller's memory for system calls
   * @param command the program and its arguments
   * @param options how to start it
   * @return the process
   * @throws IOException if it cannot be started; nothing is left of it
   * @throws UnsupportedOperationException if the C library is too old
   */
  public static PosixProcess start(
      PosixPoller poller, CallState calls, List<String> command, ProcessOptions options)
      throws IOException {
    if (!PosixSpawn.IS_AVAILABLE) {
      throw new UnsupportedOperationException("the C library cannot close descriptors in a child");
    }
    PosixSpawn spawn = new PosixSpawn(calls, command, options);
    int pid = spawn.start();
    @Nullable PipeEnd[] pipes = new PipeEnd[spawn.parentEnds().length];
    try {
      PosixProcess process = poller.watchesProcesses()
          ? new PosixProcess(poller, calls, pid, pipes)
          : new PosixProcess(poller, calls, openExit(calls, pid, command), pid, pipes);
      try {
        adoptPipes(poller, spawn.parentEnds(), pipes);
      } catch (IOException | RuntimeException | Error e) {
        process.close();
        throw e;
      }
      return process;
    } catch (IOException | RuntimeException | Error e) {
      for (PipeEnd pipe : pipes) {
        if (pipe != null) {
          pipe.close();
        }
      }
      spawn.closeParentEnds();
      killAndReap(calls, pid);
      throw e;
    }
  }

  private static int openExit(CallState calls, int pid, List<String> command) throws IOException {
    int pidfd = ProcessCalls.pidfd_open(calls, pid);
    if (pidfd < 0) {
      throw Errno.fileException(-pidfd, "pidfd_open(" + pid + ", " + command.get(0) + ")");
    }
    return pidfd;
  }

  private static void adoptPipes(Poller poller, int[] fds, @Nullable PipeEnd[] pipes)
      throws IOException {
    for (int i = 0; i < fds.length; i++) {
      if (fds[i] >= 0) {
        pipes[i] = poller.adoptPipe(fds[i], i == 0 ? Poller.WRITE : Poller.READ);
        fds[i] = -1;
      }
    }
  }

  private static void killAndReap(CallState calls, int pid) {
    int ignored = ProcessCalls.kill(calls, pid, Platform.HERE.number(PosixSignal.SIGKILL));
    ignored = ProcessCalls.waitpid(calls, pid, 0); // it is killed: this does not take long
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public @Nullable PipeEnd pipe(int fd) {
    return pipes[fd];
  }

  @Override
  public int tryReap() throws IOException {
    if (status == RUNNING) {
      int result = ProcessCalls.waitpid(calls, pid, Constants.WNOHANG);
      if (result < 0) {
        status = STATUS_MASK; // as asyncio
        throw Errno.fileException(-result, "waitpid(" + pid + ")");
      }
      if (result == pid) {
        int raw = calls.value.get(JAVA_INT, 0);
        int signal = raw & SIGNAL_MASK;
        status = signal == 0 ? raw >> STATUS_SHIFT & STATUS_MASK : -signal;
      }
    }
    return status;
  }

  @Override
  public void signal(PosixSignal signal) {
    if (status == RUNNING) {
      int ignored = ProcessCalls.kill(calls, pid, Platform.HERE.number(signal));
    }
  }

  @Override
  void release(int number) {
    if (status == RUNNING) {
      killAndReap(calls, pid);
      status = -Platform.HERE.number(PosixSignal.SIGKILL);
    }
    super.release(number);
  }

  @Override
  public String toString() {
    return "process " + pid;
  }
}
