// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue.internal;

import dev.culebra.posix.CallState;
import dev.culebra.posix.PosixPipe;
import dev.culebra.spi.Backend;
import dev.culebra.tck.BackendTck;
import java.io.IOException;

/** The backend contract. */
class KqueueBackendTest extends BackendTck {

  @Override
  protected Backend backend() {
    return Shim.backend();
  }

  @Override
  protected int[] openPipe() throws IOException {
    PosixPipe pipe = PosixPipe.open(new CallState());
    return new int[] {pipe.readEnd(), pipe.writeEnd()};
  }
}
