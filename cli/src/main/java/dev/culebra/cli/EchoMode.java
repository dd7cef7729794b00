// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.Asyncio;
import dev.culebra.EventLoop;
import dev.culebra.LoopGroup;
import dev.culebra.net.Server;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/** The ways of writing an echo server. */
public enum EchoMode {
  /** Callbacks, on the loop's own buffer. */
  PROTOCOL {
    @Override
    public Server start(Place place, @Nullable LoopGroup group) throws IOException {
      return place.create(group, EchoProtocol::new);
    }
  },
  /** Callbacks, on a buffer of the server's: one for each loop. */
  BUFFERED {
    @Override
    public Server start(Place place, @Nullable LoopGroup group) throws IOException {
      Map<EventLoop, EchoBufferedProtocol.SharedBuffer> buffers = new ConcurrentHashMap<>();
      return place.create(
          group,
          () -> new EchoBufferedProtocol(buffers.computeIfAbsent(
              Asyncio.getRunningLoop(), loop -> new EchoBufferedProtocol.SharedBuffer())));
    }
  },
  /** A task for each connection. */
  STREAMS {
    @Override
    public Server start(Place place, @Nullable LoopGroup group) throws IOException {
      return place.start(group, EchoStreams::serve);
    }
  },
  /** A task for each connection, and no transport. On one loop only. */
  SOCKETS {
    @Override
    public Server start(Place place, @Nullable LoopGroup group) throws IOException {
      if (group != null) {
        throw Failure.usage("--mode sockets runs on one loop: leave --loops out");
      }
      EchoSockets server = new EchoSockets(place.listen());
      server.startServing();
      return server;
    }
  };

  /**
   * Starts a server of this kind. Call it from a task.
   *
   * @param place where it listens
   * @param group the loops it runs on; null for the loop of the calling task
   * @return the server
   * @throws IOException if it cannot listen there
   */
  public abstract Server start(Place place, @Nullable LoopGroup group) throws IOException;

  static EchoMode named(String name) {
    for (EchoMode mode : values()) {
      if (mode.toString().equals(name)) {
        return mode;
      }
    }
    throw new TypeConversionException("'" + name + "' is none of "
        + Stream.of(values()).map(EchoMode::toString).collect(Collectors.joining(", ")));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
