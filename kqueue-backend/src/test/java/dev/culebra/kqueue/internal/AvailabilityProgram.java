// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue.internal;

import dev.culebra.spi.Availability;
import dev.culebra.spi.Backend;
import dev.culebra.spi.Poller;
import java.nio.channels.Selector;

/** Asks whether kqueue works in this process, tries it, and shows that the JDK is none the worse. */
final class AvailabilityProgram {

  private AvailabilityProgram() {}

  @SuppressWarnings("SystemOut") // what the test reads
  public static void main(String[] arguments) throws Exception {
    Backend backend = new KqueueBackend();
    Availability availability = backend.availability();
    System.out.println((availability.available() ? "yes: " : "no: ") + availability.reason());
    try (Poller poller = backend.openPoller()) {
      poller.poll(0, (attachment, readiness) -> {});
      System.out.println("opened");
    } catch (UnsupportedOperationException e) {
      System.out.println("refused: " + e.getMessage());
    }
    try (Selector selector = Selector.open()) {
      selector.selectNow();
      System.out.println("a selector still opens");
    }
  }
}
