// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.culebra.spi.Poller;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class RegistrationsTest {

  private final Poller poller = new IdlePoller();
  private final CallState calls = new CallState();
  private final Registrations registrations = new Registrations(Registration::new);
  private final List<PosixSource> opened = new ArrayList<>();

  @AfterEach
  void closeSources() {
    opened.forEach(PosixSource::close);
  }

  @Test
  void slotIsUsedAgainAndItsIdIsNot() throws Exception {
    PosixSource source = source();
    Registration first = registrations.add(source, "first");
    assertSame(first, registrations.find(first.id()));
    assertSame(first, registrations.remove(source));
    assertNull(registrations.find(first.id()));

    Registration second = registrations.add(source, "second");
    assertEquals(Registrations.slotOf(first.id()), Registrations.slotOf(second.id()), "slot");
    assertNotEquals(first.id(), second.id());
    assertNull(registrations.find(first.id()), "an event for the first finds the second");
    assertSame(second, registrations.find(second.id()));
  }

  @Test
  void idOfTheWakerFindsNothing() throws Exception {
    registrations.add(source(), "first");
    assertNull(registrations.find(0));
  }

  @Test
  void tableGrows() throws Exception {
    List<Registration> added = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      added.add(registrations.add(source(), i));
    }
    for (Registration registration : added) {
      assertSame(registration, registrations.find(registration.id()));
    }
    for (PosixSource source : opened) {
      registrations.remove(source);
    }
    for (Registration registration : added) {
      assertNull(registrations.find(registration.id()));
    }
  }

  @Test
  void sourceIsRegisteredOnce() throws Exception {
    PosixSource source = source();
    assertNull(registrations.remove(source));
    assertThrows(IllegalStateException.class, () -> registrations.get(source));
    registrations.add(source, "once");
    assertThrows(IllegalStateException.class, () -> registrations.add(source, "twice"));
  }

  private PosixSource source() throws IOException {
    PosixSource source = PosixStreamSocket.open(poller, calls, StandardProtocolFamily.UNIX);
    opened.add(source);
    return source;
  }
}
