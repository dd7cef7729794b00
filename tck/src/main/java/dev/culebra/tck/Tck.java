// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import dev.culebra.spi.Backend;
import java.time.Duration;

/** Says what is tested: what the contracts of this package have in common. */
public abstract class Tck {

  /** Called by the subclass. */
  protected Tck() {}

  /**
   * The backend to test.
   *
   * @return a backend; a new one or always the same
   */
  protected abstract Backend backend();

  /**
   * How long a test waits for what must happen before it fails. Passing tests do not wait.
   *
   * @return ten seconds, unless overridden
   */
  protected Duration patience() {
    return Duration.ofSeconds(10);
  }
}
