// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.run;

/** Runs a body and prints its result. */
class E02Result {
  static void main() throws Exception {
    IO.println(run(E02Result::greet));
  }

  static String greet() {
    IO.println("running");
    return "done!";
  }
}
