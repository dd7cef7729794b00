// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.run;

/** Runs a body without a result. */
class E01Hello {
  static void main() throws Exception {
    run(() -> IO.println("running"));
  }
}
