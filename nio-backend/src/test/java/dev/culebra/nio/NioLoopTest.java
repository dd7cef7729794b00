// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio;

import dev.culebra.nio.internal.NioBackend;
import dev.culebra.spi.Backend;
import dev.culebra.tck.LoopTck;

/** The contract of the loop and its tasks, on NIO. */
class NioLoopTest extends LoopTck {

  @Override
  protected Backend backend() {
    return new NioBackend();
  }
}
