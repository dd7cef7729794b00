// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.Asyncio;
import dev.culebra.LoopFuture;
import dev.culebra.PosixSignal;
import dev.culebra.Task;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import dev.culebra.process.AsyncProcess;
import dev.culebra.process.ProcessOptions;
import dev.culebra.process.ProcessOutput;
import dev.culebra.process.SubprocessProtocol;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows the pipes of a child as streams: asyncio's {@code SubprocessStreamProtocol}. */
final class ChildStreams implements AsyncProcess, SubprocessProtocol {

  /** How much of the input is handed over at a time. */
  private static final int FEED_BYTES = 64 * 1024;

  private static final byte[] NOTHING = {};

  private final SocketLoop loop;
  private final ChildTransport transport;
  private final @Nullable PipeStream[] streams = new PipeStream[3];

  ChildStreams(SocketLoop loop, Child child, ProcessOptions options) throws IOException {
    this.loop = loop;
    this.transport = new ChildTransport(loop, child, this, fd -> {
      PipeStream stream = new PipeStream(options.limitBytes());
      streams[fd] = stream;
      return stream;
    });
  }

  ChildTransport transport() {
    return transport;
  }

  /** Tells the child's transport of the end of a pipe as well. */
  private final class PipeStream extends StreamProtocol {

    PipeStream(int limitBytes) {
      super(ChildStreams.this.loop, limitBytes, protocol -> {});
    }

    @Override
    public void connectionLost(@Nullable Exception exception) {
      super.connectionLost(exception);
      transport.pipeLost();
    }
  }

  /** What nobody reads must not keep a pipe open. */
  @Override
  public void processExited() {
    for (int fd = 1; fd < streams.length; fd++) {
      PipeStream stream = streams[fd];
      if (stream != null) {
        stream.readAhead();
      }
    }
  }

  @Override
  public long pid() {
    return transport.getPid();
  }

  @Override
  public @Nullable Integer returnCode() {
    return transport.getReturnCode();
  }

  @Override
  public @Nullable StreamWriter stdin() {
    PipeStream stream = streams[0];
    return stream == null ? null : stream.connection().writer();
  }

  @Override
  public @Nullable StreamReader stdout() {
    return reader(1);
  }

  @Override
  public @Nullable StreamReader stderr() {
    return reader(2);
  }

  private @Nullable StreamReader reader(int fd) {
    PipeStream stream = streams[fd];
    return stream == null ? null : stream.connection().reader();
  }

  @Override
  public int awaitExit() {
    return transport.awaitExit();
  }

  private void requireTask() {
    Object ignored = loop.requireTask();
  }

  @Override
  public ProcessOutput communicate(byte @Nullable [] input) throws IOException {
    requireTask();
    StreamWriter writer = stdin();
    if (writer == null && input != null && input.length > 0) {
      throw new IllegalArgumentException("there is input, but the standard input is no pipe:"
          + " start the process with withStdin(Stdio.PIPE)");
    }
    Task<byte[]> feeding = loop.createTask(() -> feed(writer, input));
    Task<byte[]> output = loop.createTask(() -> readAll(stdout()));
    Task<byte[]> errors = loop.createTask(() -> readAll(stderr()));
    LoopFuture<List<byte[]>> all = Asyncio.gather(feeding, output, errors);
    List<byte[]> results;
    try {
      results = all.await();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("readers throw IOException", e);
    }
    int ignored = awaitExit();
    return new ProcessOutput(results.get(1), results.get(2));
  }

  /**
   * A child that does not want what it is given is no error, as in asyncio. If this is cancelled the input
   * stays open: a part of it must not pass for the whole.
   */
  private static byte[] feed(@Nullable StreamWriter writer, byte @Nullable [] input) {
    if (writer == null) {
      return NOTHING;
    }
    try {
      int length = input == null ? 0 : input.length;
      for (int from = 0; from < length; from += FEED_BYTES) {
        writer.write(ByteBuffer.wrap(input, from, Math.min(FEED_BYTES, length - from)));
        writer.drain();
      }
    } catch (IOException e) {
      // it has closed its standard input, or ended
    }
    writer.close();
    return NOTHING;
  }

  private static byte[] readAll(@Nullable StreamReader reader) throws IOException {
    return reader == null ? NOTHING : reader.readAll();
  }

  @Override
  public void sendSignal(PosixSignal signal) {
    transport.sendSignal(signal);
  }

  @Override
  public void terminate() {
    transport.terminate();
  }

  @Override
  public void kill() {
    transport.kill();
  }

  @Override
  public void close() {
    transport.close();
  }

  @Override
  public String toString() {
    return "Process[" + pid() + ", "
        + (returnCode() == null ? "running" : "return code " + returnCode()) + "]";
  }
}
