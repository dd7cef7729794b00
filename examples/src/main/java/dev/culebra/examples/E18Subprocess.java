// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.createSubprocessExec;
import static dev.culebra.Asyncio.createSubprocessShell;
import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.run;

import dev.culebra.process.AsyncProcess;
import dev.culebra.process.ProcessOptions;
import java.util.List;

/** Runs a program and a shell command at once, and reads what they print. */
class E18Subprocess {
  static void main() throws Exception {
    IO.print(run(
        () -> String.join("", gather(E18Subprocess::date, E18Subprocess::list).await())));
  }

  static String date() throws Exception {
    try (AsyncProcess date = createSubprocessExec(List.of("date"), ProcessOptions.PIPED)) {
      return date.communicate().text();
    }
  }

  static String list() throws Exception {
    try (AsyncProcess list = createSubprocessShell("ls -al", ProcessOptions.PIPED)) {
      return list.communicate().text();
    }
  }
}
