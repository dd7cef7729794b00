// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples.testing;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.startServer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.culebra.EventLoop;
import dev.culebra.LoopFuture;
import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import dev.culebra.test.AsyncTest;
import dev.culebra.test.Reports;
import dev.culebra.test.TestClock;
import dev.culebra.test.WithLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link KitTest} to run: what the extension makes of them is the point. */
final class KitCases {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final String HOST = "127.0.0.1";

  /** What the cases leave behind outside their loops, for {@link KitTest} to take away. */
  static volatile ServerSocket leakedSocket;

  static volatile LoopFuture<?> keptFuture;
  static volatile CountDownLatch release = new CountDownLatch(1);

  private KitCases() {}

  private static int port(Server server) {
    return ((InetSocketAddress) server.addresses().get(0)).getPort();
  }

  private static Server echo() throws IOException {
    return startServer(
        (reader, writer) -> {
          byte[] data = reader.read(1024);
          while (data.length > 0) {
            writer.write(data);
            data = reader.read(1024);
          }
          writer.close();
        },
        HOST,
        0);
  }

  /** Each passes. */
  static final class Passing {

    @AsyncTest
    void runsAsATaskOfTheLoopThatIsInjected(EventLoop loop, TestClock clock, Reports reports) {
      assertSame(getRunningLoop(), loop);
      assertSame(TestClock.of(loop), clock);
      assertSame(reports, loop.getExceptionHandler());
      sleep(HOUR);
      assertEquals(HOUR, clock.time());
    }

    @AsyncTest
    void takesWhatItHasTheLoopReport(EventLoop loop, Reports reports) {
      loop.callSoon(() -> {
        throw new IllegalStateException("planted");
      });
      sleep(Duration.ZERO);
      sleep(Duration.ZERO);
      assertEquals("planted", reports.take("Exception in callback").exception().getMessage());
      assertEquals(0, reports.count());
    }

    @AsyncTest
    void takesAFailureThatNobodyLooksAt(EventLoop loop, Reports reports) {
      loop.createFuture().setException(new IOException("planted"));
      assertEquals("planted", reports.takeUnretrieved(IOException.class).getMessage());
    }

    @AsyncTest
    void looksAtAFailure(EventLoop loop) {
      LoopFuture<Object> future = loop.createFuture();
      future.setException(new IOException("planted"));
      assertEquals("planted", future.exception().getMessage());
    }

    @AsyncTest
    void cancelsItsTimer(EventLoop loop) {
      loop.callLater(HOUR, () -> {}).cancel();
    }

    @AsyncTest
    void closesItsConnectionsWithoutWaitingForTheEnd() throws Exception {
      try (Server server = echo()) {
        StreamConnection connection = openConnection(HOST, port(server));
        connection.writer().write(new byte[] {5});
        assertEquals(5, connection.reader().readExactly(1)[0]);
        connection.close();
      }
    }

    @AsyncTest
    void leavesATaskThatNeedsNoTimeToEnd() {
      createTask(() -> {
        for (int i = 0; i < 10; i++) {
          sleep(Duration.ZERO);
        }
      });
    }
  }

  /** Each passes; its other methods run on the same loop. */
  static final class Lifecycle {

    private Server server;
    private EventLoop before;

    @BeforeEach
    void serve(EventLoop loop) throws IOException {
      server = echo();
      before = loop;
    }

    @AfterEach
    void close(EventLoop loop) {
      assertSame(before, loop);
      assertSame(before, getRunningLoop());
      server.close();
      sleep(HOUR);
    }

    @AsyncTest
    void connects(EventLoop loop) throws Exception {
      assertSame(before, loop);
      openConnection(HOST, port(server)).close();
    }
  }

  /** Each passes. */
  @WithLoop(clock = TestClock.Mode.MANUAL)
  static final class Settings {

    @Test
    void hasItsClassesClock(TestClock clock) {
      assertEquals(TestClock.Mode.MANUAL, clock.mode());
      getRunningLoop();
    }

    @Test
    @WithLoop(clock = TestClock.Mode.REAL)
    void hasAClockOfItsOwn(TestClock clock) {
      assertEquals(TestClock.Mode.REAL, clock.mode());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void takesParameters(int number, EventLoop loop) {
      assertTrue(number > 0);
      assertSame(getRunningLoop(), loop);
    }

    @RepeatedTest(2)
    void isRepeated(TestClock clock) {
      assertEquals(Duration.ZERO, clock.time());
      clock.advance(HOUR);
    }

    @AsyncTest
    @WithLoop(backend = "nio")
    void namesItsBackend(EventLoop loop) {
      assertEquals("nio", loop.backend());
    }

    @Nested
    class Inner {
      @AsyncTest
      void hasTheOuterClassesClock(TestClock clock) {
        assertEquals(TestClock.Mode.MANUAL, clock.mode());
      }
    }
  }

  /** Each is skipped. */
  static final class Skipped {

    @AsyncTest
    @WithLoop(backend = "none")
    void namesABackendThatIsNotThere() {
      fail("there is no such backend");
    }

    @AsyncTest
    void skipsItself() {
      abort("planted");
    }
  }

  /** Each fails. */
  static final class Failing {

    @AsyncTest
    void fails() {
      fail("planted");
    }

    @AsyncTest
    void failsAndLeavesATimer(EventLoop loop) {
      loop.callLater(HOUR, () -> {});
      fail("planted");
    }

    @AsyncTest
    void leavesATask() {
      createTask(() -> sleep(HOUR)).setName("forgotten");
    }

    @AsyncTest
    void leavesATaskThatDoesNotEndQuietly() {
      createTask(() -> {
            try {
              sleep(HOUR);
            } catch (CancellationException e) {
              sleep(Duration.ZERO);
              throw new IllegalStateException("cleanup", e);
            }
          })
          .setName("forgotten");
    }

    @AsyncTest
    void leavesABusyTask() {
      createTask(() -> {
            while (true) {
              sleep(Duration.ZERO);
            }
          })
          .setName("busy");
    }

    @AsyncTest
    void leavesATimer(EventLoop loop) {
      loop.callLater(HOUR, () -> {});
    }

    @AsyncTest
    void leavesAServer() throws IOException {
      startServer((reader, writer) -> writer.close(), HOST, 0);
    }

    @AsyncTest
    void leavesASocket() throws IOException {
      leakedSocket = new ServerSocket(0);
    }

    @AsyncTest
    void leavesAReport(EventLoop loop) {
      loop.callSoon(() -> {
        throw new IllegalStateException("planted");
      });
    }

    @AsyncTest
    void leavesAFailureThatNobodyLooksAt(EventLoop loop) {
      LoopFuture<Object> future = loop.createFuture();
      future.setException(new IOException("planted"));
      keptFuture = future; // not garbage
    }

    @AsyncTest
    void missesAReport(Reports reports) {
      reports.take("what nobody reports");
    }

    @AsyncTest
    @WithLoop(clock = TestClock.Mode.MANUAL, timeoutMillis = 50)
    void waitsForAClockThatNobodyMoves() {
      sleep(HOUR);
    }

    @AsyncTest
    @WithLoop(timeoutMillis = 50)
    void neverReturns() {
      boolean released = false;
      while (!released) {
        try {
          getRunningLoop(); // the loop's turn is never given back
          released = spinUntilReleased();
        } catch (InterruptedException e) {
          released = false; // as code does that cannot be ended
        }
      }
    }

    private static boolean spinUntilReleased() throws InterruptedException {
      while (release.getCount() > 0) {
        Thread.onSpinWait();
      }
      return true;
    }
  }
}
