// SPDX-License-Identifier: Apache-2.0
package dev.culebra.epoll.internal;

import dev.culebra.spi.Backend;
import dev.culebra.tck.LoopTck;

/** The contract of the loop and its tasks, on epoll. */
class EpollLoopTest extends LoopTck {

  @Override
  protected Backend backend() {
    return new EpollBackend();
  }
}
