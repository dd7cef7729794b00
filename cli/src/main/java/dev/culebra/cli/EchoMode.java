// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.Asyncio;
import dev.culebra.net.Server;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.TypeConversionException;

/** The ways of writing an echo server. */
enum EchoMode {
  /** Callbacks, on the loop's own buffer. */
  PROTOCOL {
    @Override
    Server start(String host, int port) throws IOException {
      return Asyncio.getRunningLoop().createServer(EchoProtocol::new, host, port);
    }
  },
  /** Callbacks, on a buffer of the server's. */
  BUFFERED {
    @Override
    Server start(String host, int port) throws IOException {
      EchoBufferedProtocol.SharedBuffer buffer = new EchoBufferedProtocol.SharedBuffer();
      return Asyncio.getRunningLoop()
          .createServer(() -> new EchoBufferedProtocol(buffer), host, port);
    }
  },
  /** A task for each connection. */
  STREAMS {
    @Override
    Server start(String host, int port) throws IOException {
      return Asyncio.startServer(EchoStreams::serve, host, port);
    }
  },
  /** Not there yet. */
  SOCKETS {
    @Override
    Server start(String host, int port) {
      throw Failure.usage(
          "--mode sockets is not there yet; there are protocol, buffered and streams");
    }
  };

  /** Starts a server of this kind on the loop of the calling task. */
  abstract Server start(String host, int port) throws IOException;

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
