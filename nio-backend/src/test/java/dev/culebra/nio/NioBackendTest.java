// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio;

import dev.culebra.nio.internal.NioBackend;
import dev.culebra.spi.Backend;
import dev.culebra.tck.BackendTck;
import dev.culebra.tck.Deviation;
import java.util.EnumSet;
import java.util.Set;

/** NIO keeps the contract, but for what the JDK's sockets are born with and do not send. */
class NioBackendTest extends BackendTck {

  @Override
  protected Backend backend() {
    return new NioBackend();
  }

  @Override
  protected Set<Deviation> deviations() {
    return EnumSet.of(Deviation.NOT_CLOSE_ON_EXEC, Deviation.NO_EMPTY_DATAGRAM_TO_A_PEER);
  }
}
