// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import dev.culebra.spi.Backend;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

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
   * Makes a pipe of bare descriptors, for what a backend with descriptors does with those of others.
   *
   * @return the one to read from and the one to write to, both blocking; null if this backend takes
   *     the JDK's channels instead
   * @throws IOException if the system refuses
   */
  protected int @Nullable [] openPipe() throws IOException {
    return null;
  }

  /**
   * How long a test waits for what must happen before it fails. Passing tests do not wait.
   *
   * @return ten seconds, unless overridden
   */
  protected Duration patience() {
    return Duration.ofSeconds(10);
  }
}
