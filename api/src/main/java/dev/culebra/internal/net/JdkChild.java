// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.LoopFuture;
import dev.culebra.PosixSignal;
import dev.culebra.internal.loop.TaskModes;
import dev.culebra.process.ProcessOptions;
import dev.culebra.process.Stdio;
import dev.culebra.spi.PipeEnd;
import dev.culebra.spi.Poller;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Has the JDK start a child: {@link ProcessBuilder}.
 *
 * <p>The JDK's ends of the pipes block, so a virtual thread outside the loop moves the bytes of each to
 * or from a {@link Pipe}, which a poller can watch. The pipe's room is small: what nobody reads still
 * stays with the child.
 */
final class JdkChild implements Child {

  private static final int PIPES_TO_START = 6;

  /** What the JDK adds to the number of the signal that ended a process. */
  private static final int SIGNALLED = 128;

  private final SocketLoop loop;
  private final Process process;
  private final @Nullable PipeEnd[] pipes = new PipeEnd[3];

  /** The last signal that was sent: an exit status alone does not tell a signal from a number. */
  private int sentNumber;

  private volatile boolean closed;

  private JdkChild(SocketLoop loop, Process process) {
    this.loop = loop;
    this.process = process;
  }

  static JdkChild start(SocketLoop loop, List<String> command, ProcessOptions options)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    if (options.newSession()) {
      throw new UnsupportedOperationException(
          "the JDK cannot start a session: choose a native backend"
              + " (epoll, kqueue), or start the program by setsid(1)");
    }
    builder.redirectInput(redirect(options.stdin(), false));
    builder.redirectOutput(redirect(options.stdout(), true));
    if (options.stderr() == Stdio.STDOUT) {
      builder.redirectErrorStream(true);
    } else {
      builder.redirectError(redirect(options.stderr(), true));
    }
    if (options.directory() != null) {
      builder.directory(options.directory().toFile());
    }
    if (options.environment() != null) {
      builder.environment().clear();
      builder.environment().putAll(options.environment());
    }
    JdkChild child = new JdkChild(loop, startOutside(loop, builder));
    try {
      child.openPipes(options);
      return child;
    } catch (IOException e) {
      child.abandon();
      throw cannotStart(builder, e);
    } catch (RuntimeException | Error e) {
      child.abandon();
      throw e;
    }
  }

  private static IOException cannotStart(ProcessBuilder builder, IOException e) {
    return new IOException("cannot start " + builder.command().get(0) + ": " + e.getMessage(), e);
  }

  private void abandon() {
    close();
    for (PipeEnd pipe : pipes) {
      if (pipe != null) {
        pipe.close();
      }
    }
  }

  /**
   * Fails if the JDK would not find the descriptors that it takes to start a process: five pipes, and what
   * its helper opens. The JDK's own failure is not to be had: where it gets some of the pipes but not all,
   * it closes two numbers that it has not set (25.0.3, forkAndExec), such as 0, or anybody's socket.
   */
  private static void requireDescriptors(ProcessBuilder builder) throws IOException {
    if (File.separatorChar != '/') {
      return;
    }
    Deque<Pipe> spare = new ArrayDeque<>();
    try {
      while (spare.size() < PIPES_TO_START) {
        spare.push(Pipe.open());
      }
    } catch (IOException e) {
      throw cannotStart(builder, e);
    } finally {
      for (Pipe pipe : spare) {
        pipe.source().close();
        pipe.sink().close();
      }
    }
  }

  /**
   * Starts the process in another thread, while the calling task is parked: the JDK takes milliseconds,
   * in which a helper of its own is started first.
   */
  private static Process startOutside(SocketLoop loop, ProcessBuilder builder) throws IOException {
    Handover handover = new Handover();
    LoopFuture<Process> started = loop.createFuture();
    loop.jobs().begins();
    TaskModes.newThreadOutside("culebra-spawn", () -> {
          Consumer<LoopFuture<Process>> outcome;
          try {
            requireDescriptors(builder);
            Process process = builder.start();
            handover.give(process);
            outcome = future -> future.setResult(process);
          } catch (IOException | RuntimeException e) {
            outcome = future -> future.setException(e);
          }
          deliver(loop, started, outcome);
        })
        .start();
    try {
      return started.await();
    } catch (IOException | RuntimeException e) {
      handover.giveUp();
      throw e;
    } catch (Exception e) {
      throw new AssertionError("only what is set above", e);
    }
  }

  private static void deliver(
      SocketLoop loop, LoopFuture<Process> started, Consumer<LoopFuture<Process>> outcome) {
    loop.callSoonThreadsafeUnlessClosed(() -> {
      loop.jobs().ends();
      if (!started.done()) {
        outcome.accept(started);
      }
    });
  }

  /** Kills the process if whoever wanted it was cancelled, whichever comes first. */
  private static final class Handover {

    private @Nullable Process process;
    private boolean givenUp;

    synchronized void give(Process made) {
      process = made;
      if (givenUp) {
        made.destroyForcibly();
      }
    }

    synchronized void giveUp() {
      givenUp = true;
      if (process != null) {
        process.destroyForcibly();
      }
    }
  }

  private static Redirect redirect(Stdio stream, boolean isOutput) {
    return switch (stream) {
      case Stdio.Plain plain ->
        switch (plain) {
          case INHERIT -> Redirect.INHERIT;
          case PIPE -> Redirect.PIPE;
          case DEVNULL -> isOutput ? Redirect.DISCARD : Redirect.from(new File(nullDevice()));
          case STDOUT -> throw new AssertionError("dealt with by the caller");
        };
      case Stdio.File given -> {
        File file = given.path().toFile();
        yield !isOutput
            ? Redirect.from(file)
            : given.append() ? Redirect.appendTo(file) : Redirect.to(file);
      }
      case Stdio.Descriptor given ->
        throw new UnsupportedOperationException("Java has no file descriptors: " + given
            + " is for the native backends (epoll, kqueue)");
    };
  }

  private static String nullDevice() {
    return File.separatorChar == '\\' ? "NUL" : "/dev/null";
  }

  private void openPipes(ProcessOptions options) throws IOException {
    if (options.stdin() == Stdio.PIPE) {
      Pipe pipe = Pipe.open();
      pump("stdin", Channels.newInputStream(pipe.source()), process.getOutputStream());
      pipes[0] = adopt(pipe.sink(), Poller.WRITE);
    }
    if (options.stdout() == Stdio.PIPE) {
      pipes[1] = output("stdout", process.getInputStream());
    }
    if (options.stderr() == Stdio.PIPE) {
      pipes[2] = output("stderr", process.getErrorStream());
    }
  }

  private PipeEnd output(String name, InputStream from) throws IOException {
    Pipe pipe = Pipe.open();
    pump(name, from, Channels.newOutputStream(pipe.sink()));
    return adopt(pipe.source(), Poller.READ);
  }

  private PipeEnd adopt(SelectableChannel channel, int direction) throws IOException {
    try {
      return loop.poller().adoptPipe(channel, direction);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Moves bytes until either side ends, and ends the other. */
  private void pump(String stream, InputStream from, OutputStream to) {
    TaskModes.newThreadOutside("culebra-" + stream + "-" + pid(), () -> {
          try (from;
              to) {
            byte[] buffer = new byte[16 * 1024];
            for (int count; (count = from.read(buffer)) >= 0; ) {
              to.write(buffer, 0, count);
              to.flush();
            }
          } catch (IOException e) {
            // one side has gone, and the other is closed: its owner sees the end
          }
        })
        .start();
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public @Nullable PipeEnd pipe(int fd) {
    return pipes[fd];
  }

  @Override
  public void whenEnded(IntConsumer listener) {
    var ignored = process
        .onExit()
        .thenRun(() -> loop.callSoonThreadsafeUnlessClosed(() -> {
          if (!closed) {
            closed = true;
            listener.accept(status());
          }
        }));
  }

  /** −N where the signal is one that was sent here; the JDK does not tell of others. */
  private int status() {
    int status = process.exitValue();
    return sentNumber != 0 && status == SIGNALLED + sentNumber ? -sentNumber : status;
  }

  @Override
  public void signal(PosixSignal signal) {
    if (!process.isAlive()) {
      return;
    }
    switch (signal) {
      case SIGTERM -> {
        sentNumber = 15;
        boolean ignored = process.toHandle().destroy(); // Process.destroy would close the pipes
      }
      case SIGKILL -> {
        sentNumber = 9;
        boolean ignored = process.toHandle().destroyForcibly();
      }
      default ->
        throw new UnsupportedOperationException("the JDK sends no " + signal
            + " to processes, only SIGTERM and SIGKILL: choose a native backend (epoll, kqueue)");
    }
  }

  /** What was written waits in a pipe of our own. */
  @Override
  public boolean tellsOfInputsEnd() {
    return false;
  }

  @Override
  public void close() {
    closed = true;
    process.destroyForcibly();
  }
}
