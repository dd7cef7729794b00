// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.memory;

import dev.culebra.Asyncio;
import dev.culebra.cli.EchoMode;
import dev.culebra.cli.Place;
import dev.culebra.net.Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Serves echo on one loop, and tells what memory it uses whenever it reads a line; ends with its standard
 * input.
 */
public final class MemoryServer {

  private static final int COLLECTIONS = 3;

  private MemoryServer() {}

  /**
   * Runs the server until standard input ends.
   *
   * @param args the mode, as {@code --mode} takes it
   */
  public static void main(String[] args) throws Exception {
    Asyncio.run(() -> {
      EchoMode mode = EchoMode.valueOf(args[0].toUpperCase(Locale.ROOT));
      try (Server server = mode.start(new Place.Tcp("127.0.0.1", 0), null)) {
        Thread.ofPlatform().daemon().name("answers").start(() -> answer(server));
        server.serveForever();
      }
    });
  }

  /** In a thread of its own: the loop stays as idle as it would be. */
  private static void answer(Server server) {
    InetSocketAddress address = (InetSocketAddress) server.addresses().get(0);
    System.out.println(address.getPort());
    try (BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      while (questions.readLine() != null) {
        for (int i = 0; i < COLLECTIONS; i++) {
          System.gc();
        }
        Runtime runtime = Runtime.getRuntime(); // the management beans would be in the difference
        long heapBytes = runtime.totalMemory() - runtime.freeMemory();
        System.out.println(heapBytes + " " + ResidentMemory.ofThisProcess());
      }
    } catch (IOException e) {
      // That is an end, too.
    }
    Runtime.getRuntime().halt(0);
  }
}
