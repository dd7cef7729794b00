// SPDX-License-Identifier: Apache-2.0
package dev.culebra.epoll.internal;

import dev.culebra.spi.Backend;
import dev.culebra.tck.BackendTck;

/** The backend contract. */
class EpollBackendTest extends BackendTck {

  @Override
  protected Backend backend() {
    return new EpollBackend();
  }
}
