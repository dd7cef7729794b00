// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio;

import dev.culebra.nio.internal.NioBackend;
import dev.culebra.spi.Backend;
import dev.culebra.tck.NetworkTck;

/** The contract of connections, servers and sockets, on NIO. */
class NioNetworkTest extends NetworkTck {

  @Override
  protected Backend backend() {
    return new NioBackend();
  }
}
