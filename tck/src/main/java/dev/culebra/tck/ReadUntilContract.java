// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.startServer;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Task;
import dev.culebra.net.IncompleteReadException;
import dev.culebra.net.LimitOverrunException;
import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** Reading up to one of several separators, and the limit. */
abstract class ReadUntilContract extends OnLoop {

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }

  private static List<byte[]> separators(String... each) {
    return Arrays.stream(each).map(ReadUntilContract::bytes).toList();
  }

  private static String until(StreamReader reader, String... separators) throws IOException {
    return new String(reader.readUntil(separators(separators)), US_ASCII);
  }

  /** In a task: a stream, of which the peer has sent this. */
  private Streamed sent(String text, int limitBytes) throws Exception {
    Streamed stream = stream(limitBytes);
    stream.peer().send(bytes(text));
    settle();
    return stream;
  }

  // Several separators

  @Test
  void ofSeveralSeparatorsTheOneThatEndsFirstCounts() throws Exception {
    run(() -> {
      Streamed stream = sent("one;two,three\r\nfour", 100);
      StreamReader reader = stream.reader();
      assertEquals("one;", until(reader, ",", ";", "\r\n"));
      assertEquals("two,", until(reader, "\r\n", ";", ","));
      assertEquals("three\r\n", until(reader, ",", "\r\n", ";"));
      stream.connection().close();
    });
  }

  @Test
  void aShortSeparatorWithinALongOneCountsIfItEndsBefore() throws Exception {
    run(() -> {
      for (String[] separators : new String[][] {{"XYZ", "Y"}, {"Y", "XYZ"}}) {
        Streamed stream = sent("abXYZ", 100);
        assertEquals("abXY", until(stream.reader(), separators));
        stream.connection().close();
      }
    });
  }

  @Test
  void aLongSeparatorIsFoundHoweverItIsSplit() throws Exception {
    run(() -> {
      Streamed stream = stream();
      Task<String> reading = createTask(() -> until(stream.reader(), "|", "\r\n\r\n", "\0\0"));
      for (String each : List.of("a\r\n\r", "b\0", "c\r", "\n\r")) {
        stream.peer().send(bytes(each));
        settle();
        assertFalse(reading.done());
      }
      stream.peer().send(bytes("\nd"));
      assertEquals("a\r\n\rb\0c\r\n\r\n", reading.await());
      assertEquals(1, stream.reader().read(10).length);
      stream.connection().close();
    });
  }

  /** As in asyncio: of two that end together the shorter one is what the limit does not count. */
  @Test
  void theLimitLeavesOutTheShorterOfTwoSeparatorsThatEndTogether() throws Exception {
    run(() -> {
      Streamed stream = sent("12345\r\n", 5);
      LimitOverrunException e =
          assertThrows(LimitOverrunException.class, () -> until(stream.reader(), "\r\n", "\n"));
      assertEquals(6, e.consumedBytes());
      assertEquals("12345\r\n", until(stream.reader(), "\r\n"));
      stream.connection().close();
    });
  }

  @Test
  void withoutAnySeparatorTheLimitLeavesTheDataAndTheLongestOnesBeginning() throws Exception {
    run(() -> {
      Streamed stream = sent("1234567EN", 5);
      LimitOverrunException e =
          assertThrows(LimitOverrunException.class, () -> until(stream.reader(), "|", "END"));
      assertEquals(7, e.consumedBytes());
      assertEquals(7, stream.reader().readExactly(7).length);
      stream.peer().send(bytes("D"));
      assertEquals("END", until(stream.reader(), "|", "END"));
      stream.connection().close();
    });
  }

  @Test
  void theEndOfTheStreamIsAnIncompleteRead() throws Exception {
    run(() -> {
      Streamed stream = sent("abc", 100);
      stream.peer().endOutput();
      IncompleteReadException e =
          assertThrows(IncompleteReadException.class, () -> until(stream.reader(), "|", "END"));
      assertEquals("abc", new String(e.partial(), US_ASCII));
      assertEquals(-1, e.expectedBytes());
      assertTrue(stream.reader().atEof());
      stream.connection().close();
    });
  }

  @Test
  void separatorsThatAreNoneAreRefused() throws Exception {
    run(() -> {
      Streamed stream = sent("abc|", 100);
      StreamReader reader = stream.reader();
      assertThrows(IllegalArgumentException.class, () -> until(reader));
      assertThrows(IllegalArgumentException.class, () -> until(reader, "|", ""));
      assertThrows(NullPointerException.class, () -> reader.readUntil(OnLoop.<List<byte[]>>none()));
      assertThrows(
          NullPointerException.class,
          () -> reader.readUntil(Arrays.asList(bytes("|"), OnLoop.<byte[]>none())));
      assertEquals("abc|", until(reader, "|"));
      stream.connection().close();
    });
  }

  @Test
  void aCancelledReadUntilLosesNothingAndASecondIsRefused() throws Exception {
    run(() -> {
      Streamed stream = sent("abc", 100);
      Task<String> reading = createTask(() -> until(stream.reader(), "|", ";"));
      settle();
      assertThrows(IllegalStateException.class, () -> until(stream.reader(), "|"));
      reading.cancel();
      assertThrows(CancellationException.class, reading::await);
      stream.peer().send(bytes("d|"));
      assertEquals("abcd|", until(stream.reader(), "|", ";"));
      stream.connection().close();
    });
  }

  // The limit

  @Test
  void theLimitIsSixtyFourKibibytesUnlessSet() throws Exception {
    int limit = 64 * 1024;
    List<Integer> lengths = new ArrayList<>();
    run(() -> {
      try (Server server = startServer(
          (reader, writer) -> {
            lengths.add(reader.readLine().length);
            assertThrows(LimitOverrunException.class, reader::readLine);
            writer.write(ByteBuffer.allocate(limit));
            writer.write(bytes("\n"));
            writer.write(ByteBuffer.allocate(limit + 1));
            writer.write(bytes("\n"));
            writer.close();
          },
          HOST,
          0)) {
        StreamConnection client = openConnection(HOST, port(server));
        client.writer().write(ByteBuffer.allocate(limit));
        client.writer().write(bytes("\n"));
        client.writer().write(ByteBuffer.allocate(limit + 1));
        client.writer().write(bytes("\n"));
        assertEquals(limit + 1, client.reader().readLine().length);
        assertThrows(LimitOverrunException.class, () -> client.reader().readLine());
        assertEquals(List.of(limit + 1), lengths);
        client.close();
      }
    });
  }
}
