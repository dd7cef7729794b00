// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.internal.loop.SelectorLoop;
import dev.culebra.net.BaseProtocol;
import dev.culebra.net.Protocol;
import dev.culebra.process.AsyncProcess;
import dev.culebra.process.ProcessOptions;
import dev.culebra.process.SubprocessConnection;
import dev.culebra.process.SubprocessProtocol;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Starts child processes: by the backend or, where that starts none, by the JDK. */
public final class Children {

  private Children() {}

  /** The command that has the system's shell run a line. */
  public static List<String> shell(String line) {
    Objects.requireNonNull(line, "command");
    return File.separatorChar == '\\'
        ? List.of("cmd.exe", "/c", line)
        : List.of("/bin/sh", "-c", line);
  }

  /** Starts a program whose pipes are streams. */
  public static AsyncProcess start(SelectorLoop loop, List<String> command, ProcessOptions options)
      throws IOException {
    SocketLoop sockets = (SocketLoop) loop;
    check(sockets, command, options);
    Child child = spawn(sockets, command, options);
    ChildStreams streams;
    try {
      streams = new ChildStreams(sockets, child, options);
    } catch (IOException | RuntimeException | Error e) {
      child.close();
      throw e;
    }
    sockets.awaitStart(streams.transport()::start, streams.transport()::close);
    return streams;
  }

  /** Starts a program whose pipes are told to a protocol. */
  public static <P extends SubprocessProtocol> SubprocessConnection<P> start(
      SelectorLoop loop, Supplier<P> protocolFactory, List<String> command, ProcessOptions options)
      throws IOException {
    Objects.requireNonNull(protocolFactory, "protocolFactory");
    SocketLoop sockets = (SocketLoop) loop;
    check(sockets, command, options);
    P protocol = Objects.requireNonNull(protocolFactory.get(), "the factory has made no protocol");
    Child child = spawn(sockets, command, options);
    ChildTransport[] made = new ChildTransport[1];
    ChildTransport transport;
    try {
      transport = new ChildTransport(
          sockets, child, protocol, fd -> new PipeProtocol(fd, protocol, () -> made[0]));
      made[0] = transport;
    } catch (IOException | RuntimeException | Error e) {
      child.close();
      throw e;
    }
    sockets.awaitStart(transport::start, transport::close);
    return new SubprocessConnection<>(transport, protocol);
  }

  private static void check(SocketLoop loop, List<String> command, ProcessOptions options) {
    Objects.requireNonNull(options, "options");
    if (command.isEmpty() || command.get(0).isEmpty()) {
      throw new IllegalArgumentException("the command must begin with a program");
    }
    for (String part : command) {
      if (part.indexOf(0) >= 0) {
        throw new IllegalArgumentException(
            "an argument of " + command.get(0) + " has a null character in it");
      }
    }
    Object ignored = loop.requireTask();
  }

  private static Child spawn(SocketLoop loop, List<String> command, ProcessOptions options)
      throws IOException {
    try {
      return new BackendChild(loop, loop.poller().spawn(List.copyOf(command), options));
    } catch (UnsupportedOperationException e) {
      return JdkChild.start(loop, command, options);
    }
  }

  /** Passes on what happens to one pipe. */
  private record PipeProtocol(int fd, SubprocessProtocol protocol, Supplier<ChildTransport> child)
      implements Protocol, BaseProtocol {

    @Override
    public void dataReceived(ByteBuffer data) throws Exception {
      protocol.pipeDataReceived(fd, data);
    }

    @Override
    public void connectionLost(@Nullable Exception exception) {
      try {
        protocol.pipeConnectionLost(fd, exception);
      } finally {
        child.get().pipeLost();
      }
    }

    @Override
    public void pauseWriting() {
      protocol.pauseWriting();
    }

    @Override
    public void resumeWriting() {
      protocol.resumeWriting();
    }
  }
}
