// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Nested;

/**
 * Runs the whole backend contract.
 *
 * <p>A backend extends this once. Where it says that it cannot run, every test is skipped with the
 * reason that it gives.
 */
public abstract class BackendTck extends Tck {

  /** Called by the subclass. */
  protected BackendTck() {}

  /**
   * What the backend cannot keep of the contract, for reasons that its own documentation gives. The
   * tests concerned are skipped.
   *
   * @return none, unless overridden
   */
  protected Set<Deviation> deviations() {
    return EnumSet.noneOf(Deviation.class);
  }

  /** Rules 2 to 4. */
  @Nested
  class Readiness extends ReadinessContract {
    @Override
    BackendTck tck() {
      return BackendTck.this;
    }
  }

  /** Rules 1 and 5. */
  @Nested
  class Registration extends RegistrationContract {
    @Override
    BackendTck tck() {
      return BackendTck.this;
    }
  }

  /** Rules 6 and 7. */
  @Nested
  class Waiting extends WaitingContract {
    @Override
    BackendTck tck() {
      return BackendTck.this;
    }
  }

  /** Rules 8 and 9: connecting, addresses and options. */
  @Nested
  class Connecting extends ConnectContract {
    @Override
    BackendTck tck() {
      return BackendTck.this;
    }
  }

  /** Rules 8 and 9: reading and writing. */
  @Nested
  class Streams extends StreamSocketContract {
    @Override
    BackendTck tck() {
      return BackendTck.this;
    }
  }

  /** Rules 1, 8, 9 and 11 for files that are sent. */
  @Nested
  class Files extends FileSourceContract {
    @Override
    BackendTck tck() {
      return BackendTck.this;
    }
  }

  /** Rules 8 and 9 for listeners. */
  @Nested
  class Listeners extends ListenerSocketContract {
    @Override
    BackendTck tck() {
      return BackendTck.this;
    }
  }

  /** Rules 1 and 11 for connections that change their poller. */
  @Nested
  class Adopting extends AdoptContract {
    @Override
    BackendTck tck() {
      return BackendTck.this;
    }
  }

  /** Rules 10 to 13. */
  @Nested
  class Ownership extends OwnershipContract {
    @Override
    BackendTck tck() {
      return BackendTck.this;
    }
  }

  /** All rules, for the pipes, descriptors and channels of others. */
  @Nested
  class Foreign extends ForeignContract {
    @Override
    BackendTck tck() {
      return BackendTck.this;
    }
  }

  /** Rules 8 and 9 for several datagrams at once. */
  @Nested
  class DatagramBatches extends DgramBatchContract {
    @Override
    BackendTck tck() {
      return BackendTck.this;
    }
  }

  /** Rules 2, 5, 8 to 12 for datagrams. */
  @Nested
  class Datagrams extends DgramSocketContract {
    @Override
    BackendTck tck() {
      return BackendTck.this;
    }
  }
}
