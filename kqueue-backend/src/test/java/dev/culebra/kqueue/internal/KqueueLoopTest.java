// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue.internal;

import dev.culebra.spi.Backend;
import dev.culebra.tck.LoopTck;

/** The contract of the loop and its tasks, on kqueue. */
class KqueueLoopTest extends LoopTck {

  @Override
  protected Backend backend() {
    return Shim.backend();
  }
}
