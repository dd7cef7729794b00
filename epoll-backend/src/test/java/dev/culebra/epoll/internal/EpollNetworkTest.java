// SPDX-License-Identifier: Apache-2.0
package dev.culebra.epoll.internal;

import dev.culebra.spi.Backend;
import dev.culebra.tck.NetworkTck;

/** The contract of connections, servers and sockets, on epoll. */
class EpollNetworkTest extends NetworkTck {

  @Override
  protected Backend backend() {
    return new EpollBackend();
  }
}
