// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.PosixSignal.SIGINT;
import static dev.culebra.PosixSignal.SIGTERM;

import dev.culebra.EventLoop;
import dev.culebra.PosixSignal;
import java.time.Duration;
import java.util.List;

/** Stops the loop when a signal says so. */
class E21Signals {
  static void main() throws Exception {
    try {
      run(() -> {
        EventLoop loop = getRunningLoop();
        for (PosixSignal signal : List.of(SIGINT, SIGTERM)) {
          loop.addSignalHandler(signal, () -> {
            IO.println("caught " + signal + ": exit");
            loop.stop();
          });
        }
        IO.println("press Ctrl+C, or kill " + ProcessHandle.current().pid());
        sleep(Duration.ofHours(1));
      });
    } catch (IllegalStateException e) {
      // the loop was stopped before main was complete, as it was to be
    }
  }
}
