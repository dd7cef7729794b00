// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples.testing;

import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.startServer;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.EventLoop;
import dev.culebra.ExceptionContext;
import dev.culebra.LoopFuture;
import dev.culebra.Task;
import dev.culebra.TimerHandle;
import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import dev.culebra.test.AsyncTest;
import dev.culebra.test.Reports;
import dev.culebra.test.TestClock;
import dev.culebra.test.WithLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The code in {@code docs/testing.md}, word for word. */
class TestingTest {

  @AsyncTest
  void wakesAfterAnHour(EventLoop loop) {
    sleep(Duration.ofHours(1));
    assertEquals(Duration.ofHours(1), loop.time());
  }

  @Nested
  class Serving {

    private Server server;

    @BeforeEach
    void serve() throws IOException {
      server = startServer(
          (reader, writer) -> {
            writer.write(reader.readLine());
            writer.close();
          },
          "127.0.0.1",
          0);
    }

    @AfterEach
    void close() {
      server.close();
    }

    @AsyncTest
    void echoesALine() throws Exception {
      int port = ((InetSocketAddress) server.addresses().get(0)).getPort();
      StreamConnection connection = openConnection("127.0.0.1", port);
      connection.writer().write("hello\n".getBytes(US_ASCII));
      assertEquals("hello\n", new String(connection.reader().readLine(), US_ASCII));
      connection.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "b"})
  @WithLoop(backend = "nio", timeoutMillis = 5_000)
  void runsOnNio(String letter, EventLoop loop) {
    assertEquals("nio", loop.backend());
    assertEquals(letter, sleep(Duration.ofDays(1), letter));
  }

  @AsyncTest
  void reportsWhatACallbackThrows(EventLoop loop, Reports reports) {
    loop.callSoon(() -> {
      throw new IllegalStateException("no coffee");
    });
    sleep(Duration.ZERO);
    sleep(Duration.ZERO);
    ExceptionContext report = reports.take("Exception in callback");
    assertEquals("no coffee", report.exception().getMessage());
  }

  @AsyncTest
  void nobodyLooksAtAFailure(EventLoop loop, Reports reports) {
    loop.createFuture().setException(new IOException("no coffee"));
    assertEquals("no coffee", reports.takeUnretrieved(IOException.class).getMessage());
  }

  @AsyncTest
  @WithLoop(clock = TestClock.Mode.MANUAL)
  void ringsOnTime(EventLoop loop, TestClock clock) {
    List<Duration> rings = new ArrayList<>();
    loop.callLater(Duration.ofSeconds(30), () -> rings.add(loop.time()));
    clock.advance(Duration.ofSeconds(29));
    assertEquals(List.of(), rings);
    clock.advance(Duration.ofMinutes(1));
    assertEquals(List.of(Duration.ofSeconds(30)), rings);
  }

  @AsyncTest
  void anAnswerComesFromAnotherThread(EventLoop loop, TestClock clock) throws Exception {
    LoopFuture<String> answer = loop.createFuture();
    TimerHandle limit = loop.callLater(Duration.ofSeconds(1), answer::cancel);
    TestClock.Hold hold = clock.hold();
    Thread.ofPlatform().start(() -> {
      loop.callSoonThreadsafe(() -> answer.setResult("42"));
      hold.close();
    });
    assertEquals("42", answer.await());
    limit.cancel();
  }

  @Test
  void worksWithoutJUnit() throws Exception {
    try (EventLoop loop = TestClock.policy(TestClock.Mode.MANUAL).newEventLoop()) {
      Reports reports = new Reports();
      reports.attachTo(loop);
      TestClock clock = TestClock.of(loop);
      Task<String> task = loop.createTask(() -> sleep(Duration.ofHours(1), "done"));
      clock.advance(Duration.ofHours(1));
      assertEquals("done", task.result());
      reports.assertNoneLeft();
    }
  }

  /** What the page shows is what runs here. */
  @Test
  void thePageShowsThisCode() throws Exception {
    Path examples = Path.of("").toAbsolutePath();
    String source = words(Files.readString(
        examples.resolve("src/test/java/dev/culebra/examples/testing/TestingTest.java")));
    String page = Files.readString(examples.resolveSibling("docs").resolve("testing.md"));
    List<String> shown = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
        .matcher(page)
        .results()
        .map((MatchResult each) -> words(each.group(1)))
        .toList();
    assertEquals(7, shown.size());
    shown.forEach(each -> assertTrue(source.contains(each), each));
  }

  private static String words(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
