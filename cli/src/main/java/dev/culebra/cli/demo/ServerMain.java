// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.demo;

import java.io.IOException;
import java.util.Arrays;

/** Runs one of the demo's servers in a process that ends with the process that started it, however that ends. */
public final class ServerMain {

  static final String STREAMS = "streams";
  static final String VIRTUAL_THREADS = "virtual-threads";

  private ServerMain() {}

  /**
   * Runs a server until standard input ends.
   *
   * @param args which server, and then its own arguments
   */
  public static void main(String[] args) throws Exception {
    Thread.ofPlatform().daemon().name("waits for the parent's end").start(ServerMain::endWithInput);
    String[] rest = Arrays.copyOfRange(args, 1, args.length);
    if (args[0].equals(STREAMS)) {
      StreamsHttpServer.main(rest);
    } else {
      VirtualThreadHttpServer.main(rest);
    }
  }

  private static void endWithInput() {
    try {
      while (System.in.read() >= 0) {
        // Nobody sends anything; what counts is the end.
      }
    } catch (IOException e) {
      // That is an end, too.
    }
    Runtime.getRuntime().halt(0);
  }
}
