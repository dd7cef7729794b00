// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may be registered, and that it takes effect at once: rules 1 and 5. */
abstract class RegistrationContract extends SpiContract {

  private static final int ROUNDS = 300;

  @Rule(1)
  @Test
  void aSourceOfAnotherPollerIsRefused() throws Exception {
    Poller other = closing(backend().openPoller());
    StreamSocket stream = closing(other.openStream(StandardProtocolFamily.INET));
    ListenerSocket listener = closing(other.openListener(StandardProtocolFamily.INET));
    for (Pollable foreign : List.of(stream, listener)) {
      assertThrows(
          IllegalArgumentException.class, () -> poller().register(foreign, READ, "foreign"));
      other.register(foreign, 0, "own");
      assertThrows(IllegalArgumentException.class, () -> poller().modify(foreign, READ));
    }
  }

  @Rule(1)
  @Test
  void aSourceThatNoBackendMadeIsRefused() {
    Pollable foreign = new Pollable() {
      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void close() {}
    };
    assertThrows(IllegalArgumentException.class, () -> poller().register(foreign, READ, "foreign"));
    assertThrows(IllegalArgumentException.class, () -> poller().modify(foreign, READ));
  }

  @Rule(5)
  @Test
  void aSourceIsRegisteredOnlyOnce() throws Exception {
    StreamSocket stream = connection().socket();
    poller().register(stream, WRITE, "first");
    assertThrows(IllegalStateException.class, () -> poller().register(stream, WRITE, "second"));
    Recorder recorder = await("first", WRITE);
    assertEquals(0, recorder.timesOf("second"), recorder::toString);
  }

  @Rule(5)
  @Test
  void onlyARegisteredSourceIsModified() throws Exception {
    StreamSocket stream = connection().socket();
    assertThrows(IllegalStateException.class, () -> poller().modify(stream, READ));
    poller().register(stream, READ, "a");
    poller().deregister(stream);
    assertThrows(IllegalStateException.class, () -> poller().modify(stream, READ));
  }

  @Rule(5)
  @Test
  void deregisteringWhatIsNotRegisteredDoesNothing() throws Exception {
    StreamSocket stream = connection().socket();
    poller().deregister(stream);
    poller().register(stream, WRITE, "a");
    poller().deregister(stream);
    poller().deregister(stream);
    stream.close();
    poller().deregister(stream);
  }

  @Rule(5)
  @Test
  void aDeregisteredSourceIsSilent() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ | WRITE, "a");
    connection.peer().send((byte) 1);
    await("a", READ | WRITE);
    poller().deregister(connection.socket());
    assertSilent("a");
    assertWaits(5_000_000);
  }

  @Rule(5)
  @Test
  void aClosedSourceIsSilent() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ | WRITE, "a");
    connection.peer().send((byte) 1);
    await("a", READ | WRITE);
    connection.socket().close();
    assertSilent("a");
    assertWaits(5_000_000);
  }

  @Rule(5)
  @Test
  void aDeregisteredSourceIsRegisteredAnewAtOnce() throws Exception {
    Connection connection = connection();
    connection.peer().send((byte) 1);
    for (int i = 0; i < 50; i++) {
      poller().register(connection.socket(), READ | WRITE, i);
      if (i % 2 == 0) { // with and without a poll between
        Recorder recorder = await(i, READ | WRITE);
        assertEquals(1, recorder.size(), recorder::toString);
      }
      poller().deregister(connection.socket());
    }
    assertEquals(1, connection.socket().read(ByteBuffer.allocate(2)));
  }

  @Rule(5)
  @Test
  void aChangedInterestHoldsFromTheNextPoll() throws Exception {
    Connection connection = connection();
    connection.peer().send((byte) 1);
    poller().register(connection.socket(), READ, "a");
    await("a", READ);
    for (int i = 0; i < 20; i++) {
      int interest = i % 2 == 0 ? WRITE : READ;
      poller().modify(connection.socket(), interest);
      Recorder recorder = poll(0);
      assertEquals(interest, recorder.of("a"), recorder::toString);
    }
  }

  @Rule(5)
  @Test
  void aSourceThatTheSinkDeregistersGetsNoEventOfThatPoll() throws Exception {
    assertSinkSilencesTheOther(other -> poller().deregister(other));
  }

  @Rule(5)
  @Test
  void aSourceThatTheSinkClosesGetsNoEventOfThatPoll() throws Exception {
    assertSinkSilencesTheOther(Pollable::close);
  }

  @Rule(5)
  @Test
  void aSourceWhoseInterestTheSinkDropsGetsNoEventOfThatPoll() throws Exception {
    assertSinkSilencesTheOther(other -> poller().modify(other, 0));
  }

  @Rule(5)
  @Test
  void aSourceWhoseInterestTheSinkNarrowsGetsOnlyWhatIsLeft() throws Exception {
    Connection a = readable("a", READ | WRITE);
    Connection b = readable("b", READ | WRITE);
    awaitTogether("a", "b");
    Recorder recorder = new Recorder();
    ReadySink narrowing = (attachment, readiness) -> {
      if (recorder.size() == 0) {
        run(() -> poller().modify(attachment.equals("a") ? b.socket() : a.socket(), WRITE));
      }
      recorder.ready(attachment, readiness);
    };
    poller().poll(patienceNanos(), narrowing);
    int sum = recorder.of("a") + recorder.of("b");
    assertEquals(READ + WRITE + WRITE, sum, recorder::toString);
  }

  @Rule(5)
  @Test
  void aSourceMayBeRegisteredAnewInTheSink() throws Exception {
    Connection a = readable("a", READ);
    Connection b = readable("b", READ);
    awaitTogether("a", "b");
    Recorder recorder = new Recorder();
    ReadySink renaming = (attachment, readiness) -> {
      if (recorder.size() == 0) {
        run(() -> {
          for (Connection each : List.of(a, b)) {
            poller().deregister(each.socket());
            poller().register(each.socket(), READ, each == a ? "new a" : "new b");
          }
        });
      }
      recorder.ready(attachment, readiness);
    };
    poller().poll(patienceNanos(), renaming);
    assertEquals(1, recorder.timesOf("a") + recorder.timesOf("b"), recorder::toString);
    awaitTogether("new a", "new b");
    assertSilent("a");
    assertSilent("b");
  }

  @Rule(5)
  @Test
  void aSourceMayRegisterOthersAndLeaveInTheSink() throws Exception {
    Connection a = readable("a", READ);
    Connection late = connection();
    late.peer().send((byte) 1);
    await("a", READ);
    ReadySink handingOver = (attachment, readiness) -> run(() -> {
      poller().deregister(a.socket());
      poller().register(late.socket(), READ, "late");
    });
    poller().poll(patienceNanos(), handingOver);
    await("late", READ);
    assertSilent("a");
  }

  /** The hazard: a new socket gets the descriptor of one that the kernel has already reported. */
  @Rule(5)
  @Test
  void aNewSocketNeverGetsTheEventOfAClosedOne() throws Exception {
    readable("keeper", READ);
    for (int i = 0; i < ROUNDS; i++) {
      Connection victim = readable("victim", READ);
      awaitTogether("keeper", "victim");
      List<ListenerSocket> fresh = new ArrayList<>();
      Recorder recorder = new Recorder();
      ReadySink replacing = (attachment, readiness) -> {
        if (recorder.size() == 0) {
          run(() -> {
            poller().deregister(victim.socket());
            victim.socket().close();
            // A listener: nobody connects to it, so nothing is to be reported of it.
            ListenerSocket listener = listener();
            poller().register(listener, READ, "fresh");
            fresh.add(listener);
          });
        }
        recorder.ready(attachment, readiness);
      };
      poller().poll(patienceNanos(), replacing);
      assertEquals(0, recorder.timesOf("fresh"), recorder::toString);
      assertEquals(recorder.isFirst("victim") ? 1 : 0, recorder.timesOf("victim"));
      assertSilent("fresh");
      assertSilent("victim");
      fresh.get(0).close();
      victim.peer().close();
    }
  }

  /** The same between two polls. */
  @Rule(5)
  @Test
  void aNewSocketInheritsNothingFromAClosedOne() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      Connection victim = connection();
      if (i % 2 == 0) {
        poller().register(victim.socket(), READ, "victim");
      }
      victim.peer().send((byte) 1);
      if (i % 3 == 0) {
        poll(0);
      }
      victim.socket().close();
      ListenerSocket fresh = listener();
      poller().register(fresh, READ, "fresh");
      assertSilent("fresh");
      assertSilent("victim");
      poller().deregister(fresh);
      Connection accepted = accepted(fresh);
      accepted.socket().close();
      accepted.peer().close();
      fresh.close();
      victim.peer().close();
    }
  }

  /** A ready source, with the interest and attachment given. */
  private Connection readable(String attachment, int interest) throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), interest, attachment);
    connection.peer().send((byte) 1);
    return connection;
  }

  private void assertSinkSilencesTheOther(Silencer silencer) throws Exception {
    for (int i = 0; i < 20; i++) {
      Connection a = readable("a", READ | WRITE);
      Connection b = readable("b", READ | WRITE);
      awaitTogether("a", "b");
      Recorder recorder = new Recorder();
      ReadySink silencing = (attachment, readiness) -> {
        if (recorder.size() == 0) {
          run(() -> silencer.silence(attachment.equals("a") ? b.socket() : a.socket()));
        }
        recorder.ready(attachment, readiness);
      };
      poller().poll(patienceNanos(), silencing);
      assertEquals(1, recorder.size(), recorder::toString);
      assertSilent(recorder.timesOf("a") == 0 ? "a" : "b");
      a.socket().close();
      b.socket().close();
    }
  }

  private static void run(Action action) {
    try {
      action.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Action {
    void run() throws IOException;
  }

  private interface Silencer {
    void silence(Pollable source) throws IOException;
  }
}
