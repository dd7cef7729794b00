// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.PosixSignal;
import dev.culebra.spi.PipeEnd;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Is a child process, whoever has started it: the backend or the JDK. */
interface Child {

  long pid();

  /** The parent's end of a pipe, which the caller closes; null if that stream is none. */
  @Nullable PipeEnd pipe(int fd);

  /** Has something told on the loop, once, when the process has ended: its exit status, or −N. */
  void whenEnded(IntConsumer listener);

  /** Does nothing once it has ended. */
  void signal(PosixSignal signal);

  /** Whether the pipe to its standard input is lost, as seen from here, when the child has ended. */
  default boolean tellsOfInputsEnd() {
    return true;
  }

  /** Kills it if it runs, and forgets it: the listener is not called any more. */
  void close();
}
