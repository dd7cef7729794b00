// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.openReadPipe;
import static dev.culebra.Asyncio.openWritePipe;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.culebra.net.AsyncSocket;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamWriter;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Answers the lines of its standard input, as streams, and tells what is left of the two when it is done. */
final class PipeProgram {

  private static final int STANDARD = 2;
  private static final Duration TURN = Duration.ofMillis(1);

  private PipeProgram() {}

  /** Takes the name of a backend's class. */
  public static void main(String[] arguments) throws Exception {
    SigintProgram.useBackend(arguments[0]);
    run(() -> {
      rehearse();
      StreamWriter output = openWritePipe(1);
      try (StreamConnection input = openReadPipe(0)) {
        byte[] line = input.reader().readLine();
        while (line.length > 0) {
          output.write(("got " + new String(line, UTF_8)).getBytes(UTF_8));
          output.drain();
          line = input.reader().readLine();
        }
      }
      output.write("end\n".getBytes(UTF_8));
      output.close();
      output.awaitClosed();
      sleep(TURN); // the reader's transport is closed by the next iteration
      openSockets();
    });
    System.out.println("goes nowhere");
    for (int fd = 0; fd < STANDARD; fd++) {
      System.err.println(
          fd + " is " + Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(fd))));
    }
  }

  /**
   * Has the classes loaded that are needed at the end: a class file would take a number that has become
   * free, and the JDK put it right.
   */
  private static void rehearse() throws IOException {
    StreamWriter nowhere = openWritePipe(Path.of("/dev/null"));
    nowhere.write(new byte[1]);
    nowhere.close();
    nowhere.awaitClosed();
    sleep(TURN);
    openSockets();
  }

  /** Opens what would take the numbers of standard input and output if they were free. */
  private static void openSockets() throws IOException {
    for (int i = 0; i < STANDARD; i++) {
      AsyncSocket ignored = getRunningLoop().openSocket(StandardProtocolFamily.INET);
    }
  }
}
