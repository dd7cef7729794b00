// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.BackendUnavailableException;
import dev.culebra.LoopPolicy;
import dev.culebra.spi.Availability;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which backend is chosen, of those that {@link StubBackend} puts on the class path. */
@NullUnmarked
class BackendsTest {

  private static final String PROPERTY = "culebra.backend";

  private final Logger log = Logger.getLogger("dev.culebra");
  private final String propertyBefore = System.getProperty(PROPERTY, "");

  @BeforeEach
  void startFromTheDefault() {
    LoopPolicy.set(null);
    System.clearProperty(PROPERTY);
    log.setLevel(Level.OFF); // a backend that is passed over is logged
  }

  @AfterEach
  void restore() {
    LoopPolicy.set(null);
    log.setLevel(null);
    if (propertyBefore.isEmpty()) {
      System.clearProperty(PROPERTY);
    } else {
      System.setProperty(PROPERTY, propertyBefore);
    }
  }

  private static String chosen() {
    return LoopPolicy.get().backend().name();
  }

  // The default

  @Test
  void theDefaultIsThePreferredOneOfThoseThatWork() {
    assertEquals("better", chosen());
  }

  @Test
  void allThatCanBeLoadedAreListedThePreferredOnesFirst() {
    assertEquals(
        List.of("failing", "unavailable", "better", "plain"),
        List.copyOf(LoopPolicy.available().keySet()));
    assertTrue(LoopPolicy.available().get("plain").available());
    assertEquals(
        Availability.no("it needs a flag that is missing"),
        LoopPolicy.available().get("unavailable"));
  }

  @Test
  void aBackendThatFailsToTellIsOneThatDoesNotWork() {
    Availability failing = LoopPolicy.available().get("failing");
    assertFalse(failing.available());
    assertTrue(failing.reason().contains("planted"), failing.reason());
  }

  // By name

  @Test
  void aBackendIsChosenByItsName() {
    assertEquals("plain", LoopPolicy.forBackend("plain").backend().name());
    assertEquals("better", LoopPolicy.forBackend("better").backend().name());
  }

  @Test
  void anUnknownNameIsAnErrorThatListsWhatThereIsAndWhyTheOthersCannotRun() {
    String message = assertThrows(
            BackendUnavailableException.class, () -> LoopPolicy.forBackend("no-such"))
        .getMessage();
    for (String part : List.of(
        "'no-such'",
        "plain",
        "better",
        "unavailable (not here: it needs a flag that is missing)",
        "failing")) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void anUnavailableOneIsAnErrorThatTellsTheReason() {
    for (String name : List.of("unavailable", "failing")) {
      String message = assertThrows(
              BackendUnavailableException.class, () -> LoopPolicy.forBackend(name))
          .getMessage();
      assertTrue(message.startsWith("the backend '" + name + "' cannot run here: "), message);
      assertTrue(message.contains("plain"), message);
    }
  }

  // By the property

  @Test
  void thePropertyNamesTheBackend() {
    System.setProperty(PROPERTY, "plain");
    assertEquals("plain", chosen());
    System.setProperty(PROPERTY, " better ");
    assertEquals("better", chosen());
  }

  @Test
  void anEmptyPropertyIsNone() {
    System.setProperty(PROPERTY, " ");
    assertEquals("better", chosen());
  }

  @Test
  void aPropertyThatNamesNoneThatWorksIsAnError() {
    System.setProperty(PROPERTY, "no-such");
    assertThrows(BackendUnavailableException.class, LoopPolicy::get);
    System.setProperty(PROPERTY, "unavailable");
    assertThrows(BackendUnavailableException.class, LoopPolicy::get);
  }

  // By set

  @Test
  void thePolicyThatWasSetComesBeforeTheProperty() {
    System.setProperty(PROPERTY, "plain");
    LoopPolicy policy = LoopPolicy.forBackend("better");
    LoopPolicy.set(policy);
    assertSame(policy, LoopPolicy.get());
    LoopPolicy.set(null);
    assertNotSame(policy, LoopPolicy.get());
    assertEquals("plain", chosen());
  }

  // Loops

  @Test
  void aLoopOfABackendThatCannotRunIsNotMade() {
    LoopPolicy policy = StubBackend.Unavailable::new;
    String message =
        assertThrows(BackendUnavailableException.class, policy::newEventLoop).getMessage();
    assertTrue(message.contains("it needs a flag that is missing"), message);
  }

  @Test
  void aLoopWhosePollerTheSystemRefusesIsNotMade() {
    LoopPolicy policy = StubBackend.Plain::new;
    UncheckedIOException e = assertThrows(UncheckedIOException.class, policy::newEventLoop);
    assertTrue(e.getMessage().contains("plain"), e.getMessage());
    assertEquals("planted: no poller", e.getCause().getMessage());
  }
}
