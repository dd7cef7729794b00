// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.StreamSocket;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What is reported, and when: rules 2 to 4. */
abstract class ReadinessContract extends SpiContract {

  private static final int POLLS = 5;
  private static final long WAIT_NANOS = 5_000_000;

  @Rule(2)
  @Test
  void aReadableSourceIsReportedByEveryPoll() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ, "a");
    connection.peer().send((byte) 1);
    await("a", READ);
    assertReportedByEveryPoll("a", READ);
  }

  @Rule(2)
  @Test
  void aWritableSourceIsReportedByEveryPoll() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), WRITE, "a");
    await("a", WRITE);
    assertReportedByEveryPoll("a", WRITE);
  }

  @Rule(2)
  @Test
  void bytesLeftUnreadAreReportedAgain() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ, "a");
    connection.peer().send(new byte[100]);
    ByteBuffer one = ByteBuffer.allocate(1);
    for (int i = 0; i < 100; i++) {
      await("a", READ);
      assertEquals(1, connection.socket().read(one.clear()));
    }
  }

  @Rule(2)
  @Test
  void aListenerIsReportedWhileConnectionsWait() throws Exception {
    ListenerSocket listener = listener();
    poller().register(listener, READ, "a");
    peerOf(listener);
    peerOf(listener);
    for (int i = 0; i < 2; i++) {
      await("a", READ);
      assertReportedByEveryPoll("a", READ);
      StreamSocket accepted = listener.accept();
      assertNotNull(accepted);
      accepted.close();
    }
  }

  @Rule(2)
  @Test
  void anEndOfStreamIsReportedByEveryPoll() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ, "a");
    connection.peer().close();
    await("a", READ);
    assertEquals(-1, connection.socket().read(ByteBuffer.allocate(1)));
    assertReportedByEveryPoll("a", READ);
  }

  @Rule({2, 4})
  @Test
  void bytesThatCameBeforeTheRegistrationAreReported() throws Exception {
    Connection connection = connection();
    connection.peer().send((byte) 1);
    poller().register(connection.socket(), READ, "a");
    await("a", READ);
  }

  @Rule({2, 4})
  @Test
  void bytesThatCameWhileThereWasNoInterestAreReportedOnceThereIs() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), 0, "a");
    connection.peer().send((byte) 1);
    poll(0);
    poller().modify(connection.socket(), READ);
    await("a", READ);
    poller().modify(connection.socket(), 0);
    poll(0);
    poller().modify(connection.socket(), READ);
    await("a", READ);
  }

  @Rule(3)
  @Test
  void aReaderIsNotToldOfWritability() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ, "a");
    connection.peer().send((byte) 1);
    for (int i = 0; i < POLLS; i++) {
      assertEquals(READ, await("a", READ).of("a"));
    }
  }

  @Rule(3)
  @Test
  void aWriterIsNotToldOfReadability() throws Exception {
    Connection connection = connection();
    connection.peer().send((byte) 1);
    poller().register(connection.socket(), READ, "a");
    await("a", READ);
    poller().modify(connection.socket(), WRITE);
    for (int i = 0; i < POLLS; i++) {
      assertEquals(WRITE, await("a", WRITE).of("a"));
    }
  }

  @Rule(3)
  @Test
  void aSourceThatIsReadableAndWritableIsHandedOutOnce() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ | WRITE, "a");
    connection.peer().send((byte) 1);
    for (int i = 0; i < POLLS; i++) {
      Recorder recorder = await("a", READ | WRITE);
      assertEquals(1, recorder.timesOf("a"), recorder::toString);
    }
  }

  @Rule(3)
  @Test
  void anEndOfStreamIsReportedToAReader() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ, "a");
    connection.peer().endOutput();
    await("a", READ);
  }

  @Rule(3)
  @Test
  void aResetIsReportedToAReader() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ, "a");
    connection.peer().reset();
    await("a", READ);
  }

  @Rule(3)
  @Test
  void aResetIsReportedToAWriterWhoseBufferIsFull() throws Exception {
    Connection connection = connection();
    fill(connection.socket());
    poller().register(connection.socket(), WRITE, "a");
    connection.peer().reset();
    await("a", WRITE);
  }

  @Rule(3)
  @Test
  void aSourceWithoutInterestIsSilent() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ | WRITE, "a");
    connection.peer().send((byte) 1);
    await("a", READ | WRITE);
    poller().modify(connection.socket(), 0);
    assertSilent("a");
    assertWaits(WAIT_NANOS);
    poller().modify(connection.socket(), READ | WRITE);
    await("a", READ | WRITE);
  }

  @Rule(3)
  @Test
  void aSourceWithoutInterestIsSilentAfterItsPeerHasClosed() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ, "a");
    connection.peer().close();
    await("a", READ);
    connection.socket().shutdownOutput();
    poller().modify(connection.socket(), 0);
    assertSilent("a");
    assertWaits(WAIT_NANOS);
    poller().modify(connection.socket(), READ);
    await("a", READ);
  }

  @Rule(3)
  @Test
  void aSourceWithoutInterestIsSilentAfterAReset() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ, "a");
    connection.peer().reset();
    await("a", READ);
    poller().modify(connection.socket(), 0);
    assertSilent("a");
    assertWaits(WAIT_NANOS);
    poller().deregister(connection.socket());
    poller().register(connection.socket(), 0, "b");
    assertSilent("b");
    assertWaits(WAIT_NANOS);
    poller().modify(connection.socket(), WRITE);
    await("b", WRITE);
  }

  @Rule(4)
  @Test
  void noReadySourceIsPassedOverForEver() throws Exception {
    int count = 300;
    for (int i = 0; i < count; i++) {
      Connection connection = connection();
      poller().register(connection.socket(), READ, i);
      connection.peer().send((byte) 1);
    }
    // None is read, so those that were reported compete with those that were not.
    Set<Object> reported = new HashSet<>();
    long startNanos = System.nanoTime();
    while (reported.size() < count) {
      poller().poll(patienceNanos(), (attachment, readiness) -> reported.add(attachment));
      assertTrue(
          System.nanoTime() - startNanos < patienceNanos(),
          () -> "missing: " + (count - reported.size()) + " of " + count + " ready sources");
    }
  }

  @Rule(4)
  @Test
  void whatBecomesReadyDuringAPollEndsIt() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ, "a");
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      for (int i = 0; i < 100; i++) {
        Future<?> sent = other.submit(() -> {
          connection.peer().send((byte) 1);
          return null;
        });
        await("a", READ);
        assertEquals(1, connection.socket().read(ByteBuffer.allocate(1)));
        sent.get();
      }
    } finally {
      other.shutdown();
    }
  }

  @Rule(4)
  @Test
  void aVirtualThreadMissesNothing() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ, "a");
    for (int i = 0; i < 20; i++) {
      try (ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<Recorder> polled = virtual.submit(() -> await("a", READ));
        connection.peer().send((byte) 1);
        polled.get();
        assertEquals(
            1,
            virtual
                .submit(() -> connection.socket().read(ByteBuffer.allocate(1)))
                .get());
      }
    }
  }

  private void assertReportedByEveryPoll(Object attachment, int readiness) throws Exception {
    for (int i = 0; i < POLLS; i++) {
      Recorder recorder = poll(0);
      assertEquals(readiness, recorder.of(attachment) & readiness, recorder::toString);
    }
  }

  private static void fill(StreamSocket socket) throws Exception {
    ByteBuffer chunk = ByteBuffer.allocateDirect(64 * 1024);
    while (socket.write(chunk.clear()) > 0) {
      // until the kernel takes no more
    }
  }
}
