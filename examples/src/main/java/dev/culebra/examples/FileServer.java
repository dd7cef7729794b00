// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.startServer;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.culebra.net.Server;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Serves the files of a folder by HTTP; the kernel copies them. */
class FileServer {
  static void main(String[] args) throws Exception {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 8000;
    Path folder = Path.of(args.length > 1 ? args[1] : ".").toRealPath();
    run(() -> {
      try (Server server =
          startServer((reader, writer) -> serve(reader, writer, folder), "127.0.0.1", port)) {
        IO.println("serving on " + server.addresses().get(0));
        server.serveForever();
      }
    });
  }

  static void serve(StreamReader reader, StreamWriter writer, Path folder) throws IOException {
    try (writer) {
      String request = new String(reader.readUntil("\r\n\r\n".getBytes(US_ASCII)), US_ASCII);
      String path = request.split(" ", 3)[1];
      Path file = folder.resolve(path.substring(1)).normalize();
      if (!file.startsWith(folder) || !Files.isRegularFile(file)) {
        writer.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
        return;
      }
      writer.write(("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + Files.size(file)
              + "\r\n\r\n")
          .getBytes(US_ASCII));
      getRunningLoop().sendFile(writer.transport(), file);
    }
  }
}
