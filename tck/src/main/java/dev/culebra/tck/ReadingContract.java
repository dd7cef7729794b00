// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Awaitable;
import dev.culebra.Task;
import dev.culebra.net.IncompleteReadException;
import dev.culebra.net.LimitOverrunException;
import dev.culebra.net.StreamReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** Stream readers. */
abstract class ReadingContract extends OnLoop {

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, US_ASCII);
  }

  /** What the peer sends is there, but for what is on its way. */
  private void sendAndSettle(Streamed stream, String text) throws Exception {
    stream.peer().send(bytes(text));
    settle();
  }

  // read

  @Test
  void readReturnsWhatIsThereAndNoMoreThanAskedFor() throws Exception {
    run(() -> {
      Streamed stream = stream();
      sendAndSettle(stream, "hello");
      assertEquals("he", text(stream.reader().read(2)));
      assertEquals("llo", text(stream.reader().read(100)));
      stream.peer().endOutput();
      assertEquals("", text(stream.reader().read(100)));
      stream.connection().close();
    });
  }

  @Test
  void readWaitsIfNothingIsThere() throws Exception {
    run(() -> {
      Streamed stream = stream();
      for (String each : List.of("a", "bc", "def")) {
        Task<byte[]> reading = createTask(() -> stream.reader().read(100));
        settle();
        assertFalse(reading.done());
        stream.peer().send(bytes(each));
        assertEquals(each, text(reading.await()));
      }
      stream.connection().close();
    });
  }

  @Test
  void readOfNothingReturnsAtOnce() throws Exception {
    run(() -> {
      Streamed stream = stream();
      assertEquals(0, stream.reader().read(0).length);
      assertEquals(0, stream.reader().read(ByteBuffer.allocate(0)));
      assertEquals(0, stream.reader().readExactly(0).length);
      assertThrows(IllegalArgumentException.class, () -> stream.reader().read(-1));
      assertThrows(IllegalArgumentException.class, () -> stream.reader().readExactly(-1));
      assertThrows(IllegalArgumentException.class, () -> stream.reader().readUntil());
      stream.connection().close();
    });
  }

  @Test
  void theEndOfTheStreamIsReadAgainAndAgain() throws Exception {
    run(() -> {
      Streamed stream = stream();
      stream.peer().send(bytes("abc"));
      stream.peer().endOutput();
      settle();
      assertFalse(stream.reader().atEof(), "there is something to read");
      assertEquals("abc", text(stream.reader().readExactly(3)));
      for (int i = 0; i < 2; i++) {
        assertEquals(0, stream.reader().read(1).length);
        assertTrue(stream.reader().atEof());
        assertEquals(-1, stream.reader().read(ByteBuffer.allocate(1)));
        assertEquals(0, stream.reader().readAll().length);
        assertEquals(0, stream.reader().readLine().length);
      }
      assertFalse(stream.writer().isClosing(), "the other direction is open");
      stream.connection().close();
    });
  }

  @Test
  void aBufferOfTheCallersIsReadInto() throws Exception {
    run(() -> {
      for (ByteBuffer target : List.of(ByteBuffer.allocate(6), ByteBuffer.allocateDirect(6))) {
        Streamed stream = stream();
        Task<Integer> reading = createTask(() -> stream.reader().read(target.position(1)));
        settle();
        stream.peer().send(bytes("abc"));
        assertEquals(3, reading.await());
        assertEquals(4, target.position());
        sendAndSettle(stream, "defg\n");
        assertEquals(2, stream.reader().read(target));
        assertFalse(target.hasRemaining());
        byte[] all = new byte[5];
        target.flip().position(1).get(all);
        assertEquals("abcde", text(all));
        assertEquals("fg\n", text(stream.reader().readLine()));
        sendAndSettle(stream, "1\n2");
        assertEquals("1\n", text(stream.reader().readLine()));
        assertEquals(1, stream.reader().read(target.clear()), "from what was buffered");
        stream.connection().close();
      }
    });
  }

  @Test
  void readAllReadsToTheEndWhateverTheLimit() throws Exception {
    byte[] sent = SpiContract.pattern(300_000);
    run(() -> {
      Streamed stream = stream(10);
      Task<byte[]> reading = createTask(() -> stream.reader().readAll());
      aside(() -> {
            stream.peer().send(sent);
            stream.peer().endOutput();
            return 0;
          })
          .await();
      assertArrayEquals(sent, reading.await());
      assertTrue(stream.reader().atEof());
      stream.connection().close();
    });
  }

  // readExactly

  @Test
  void readExactlyWaitsForAllAndLeavesTheRest() throws Exception {
    run(() -> {
      Streamed stream = stream(3);
      Task<byte[]> reading = createTask(() -> stream.reader().readExactly(5));
      for (String each : List.of("a", "bc", "defg")) {
        settle();
        assertFalse(reading.done());
        stream.peer().send(bytes(each));
      }
      assertEquals("abcde", text(reading.await()));
      assertEquals("fg", text(stream.reader().readExactly(2)));
      stream.connection().close();
    });
  }

  @Test
  void readExactlyOfMuch() throws Exception {
    byte[] sent = SpiContract.pattern(1_000_000);
    run(() -> {
      Streamed stream = stream();
      thread(() -> stream.peer().send(sent));
      assertArrayEquals(sent, stream.reader().readExactly(sent.length));
      stream.connection().close();
    });
  }

  @Test
  void aStreamThatEndsTooEarlyIsAnIncompleteRead() throws Exception {
    run(() -> {
      Streamed stream = stream();
      stream.peer().send(bytes("abc"));
      stream.peer().endOutput();
      IncompleteReadException e =
          assertThrows(IncompleteReadException.class, () -> stream.reader().readExactly(5));
      assertEquals("abc", text(e.partial()));
      assertEquals(5, e.expectedBytes());
      assertTrue(stream.reader().atEof());
      e = assertThrows(IncompleteReadException.class, () -> stream.reader().readExactly(1));
      assertEquals(0, e.partial().length);
      e = assertThrows(IncompleteReadException.class, () -> stream.reader().readUntil((byte) 1));
      assertEquals(0, e.partial().length);
      assertEquals(-1, e.expectedBytes());
      stream.connection().close();
    });
  }

  // readUntil

  @Test
  void readUntilFindsASeparatorHoweverItIsSplit() throws Exception {
    run(() -> {
      Streamed stream = stream();
      Task<byte[]> reading = createTask(() -> stream.reader().readUntil(bytes("\r\n\r\n")));
      for (String each : List.of("GET\r", "\n", "a:\r\n\r", "x\r\n\r", "\nrest")) {
        settle();
        assertFalse(reading.done());
        stream.peer().send(bytes(each));
      }
      assertEquals("GET\r\na:\r\n\rx\r\n\r\n", text(reading.await()));
      assertEquals("rest", text(stream.reader().read(100)));
      stream.connection().close();
    });
  }

  @Test
  void readUntilFindsASeparatorThatOverlapsItself() throws Exception {
    run(() -> {
      Streamed stream = stream();
      sendAndSettle(stream, "aaab|aab|");
      assertEquals("aaab", text(stream.reader().readUntil(bytes("aab"))));
      assertEquals("|aab", text(stream.reader().readUntil(bytes("aab"))));
      assertEquals("|", text(stream.reader().readUntil(bytes("|"))));
      stream.connection().close();
    });
  }

  @Test
  void aSeparatorJustWithinTheLimitIsFound() throws Exception {
    run(() -> {
      Streamed stream = stream(5);
      sendAndSettle(stream, "12345\n");
      assertEquals("12345\n", text(stream.reader().readUntil(bytes("\n"))));
      stream.connection().close();
    });
  }

  @Test
  void aLimitThatIsOverrunLeavesTheData() throws Exception {
    run(() -> {
      Streamed stream = stream(5);
      sendAndSettle(stream, "123456\nabc\n");
      LimitOverrunException e =
          assertThrows(LimitOverrunException.class, () -> stream.reader().readUntil(bytes("\n")));
      assertEquals(6, e.consumedBytes(), "the separator is found");
      assertEquals("123456", text(stream.reader().readExactly(e.consumedBytes())));
      assertEquals("\n", text(stream.reader().readUntil(bytes("\n"))));
      assertEquals("abc\n", text(stream.reader().readUntil(bytes("\n"))));
      sendAndSettle(stream, "12345678\r");
      e = assertThrows(LimitOverrunException.class, () -> stream.reader().readUntil(bytes("\r\n")));
      assertEquals(8, e.consumedBytes(), "all but what may be half of the separator");
      sendAndSettle(stream, "\n");
      assertEquals("12345678", text(stream.reader().readExactly(8)));
      assertEquals("\r\n", text(stream.reader().readUntil(bytes("\r\n"))));
      stream.connection().close();
    });
  }

  @Test
  void readUntilTheEndIsAnIncompleteRead() throws Exception {
    run(() -> {
      Streamed stream = stream();
      stream.peer().send(bytes("abc"));
      stream.peer().endOutput();
      IncompleteReadException e =
          assertThrows(IncompleteReadException.class, () -> stream.reader().readUntil(bytes("\n")));
      assertEquals("abc", text(e.partial()));
      assertEquals(-1, e.expectedBytes());
      assertTrue(stream.reader().atEof());
      stream.connection().close();
    });
  }

  // readLine

  @Test
  void readLineReturnsLineByLineAndWhatIsLeftAtTheEnd() throws Exception {
    run(() -> {
      Streamed stream = stream();
      stream.peer().send(bytes("one\n\ntwo\r\nrest"));
      stream.peer().endOutput();
      for (String each : List.of("one\n", "\n", "two\r\n", "rest", "", "")) {
        assertEquals(each, text(stream.reader().readLine()));
      }
      stream.connection().close();
    });
  }

  @Test
  void aLineLongerThanTheLimitIsDropped() throws Exception {
    run(() -> {
      Streamed stream = stream(5);
      sendAndSettle(stream, "123456\nnext\n");
      assertThrows(LimitOverrunException.class, () -> stream.reader().readLine());
      assertEquals("next\n", text(stream.reader().readLine()));
      sendAndSettle(stream, "12345678");
      assertThrows(LimitOverrunException.class, () -> stream.reader().readLine());
      sendAndSettle(stream, "9\nlast\n");
      assertEquals("9\n", text(stream.reader().readLine()), "of which the beginning is gone");
      assertEquals("last\n", text(stream.reader().readLine()));
      stream.connection().close();
    });
  }

  @Test
  void manyLinesOfManyLengthsArriveWhole() throws Exception {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    for (int i = 0; i < 2000; i++) {
      sent.writeBytes(bytes("x".repeat(i * 7 % 331) + i + "\n"));
    }
    run(() -> {
      Streamed stream = stream();
      thread(() -> stream.peer().send(sent.toByteArray()));
      for (int i = 0; i < 2000; i++) {
        assertEquals("x".repeat(i * 7 % 331) + i + "\n", text(stream.reader().readLine()));
      }
      stream.connection().close();
    });
  }

  // One reader at a time

  @Test
  void aSecondReaderIsRefusedAndTheFirstReadsOn() throws Exception {
    run(() -> {
      Streamed stream = stream();
      Task<byte[]> first = createTask(() -> stream.reader().readExactly(2));
      settle();
      StreamReader reader = stream.reader();
      assertThrows(IllegalStateException.class, () -> reader.read(1));
      assertThrows(IllegalStateException.class, () -> reader.read(ByteBuffer.allocate(1)));
      assertThrows(IllegalStateException.class, () -> reader.readExactly(1));
      assertThrows(IllegalStateException.class, () -> reader.readUntil(bytes("\n")));
      assertThrows(IllegalStateException.class, reader::readLine);
      assertThrows(IllegalStateException.class, reader::readAll);
      stream.peer().send(bytes("ab"));
      assertEquals("ab", text(first.await()));
      stream.connection().close();
    });
  }

  // Cancelling

  @Test
  void aReadThatIsCancelledLosesNoByte() throws Exception {
    run(() -> {
      for (int way = 0; way < 6; way++) {
        for (String before : List.of("", "abc")) {
          assertLosesNothing(way, before);
        }
      }
    });
  }

  private void assertLosesNothing(int way, String before) throws Exception {
    Streamed stream = stream();
    StreamReader reader = stream.reader();
    boolean takesSome = way < 2 && !before.isEmpty();
    stream.peer().send(bytes(before));
    settle();
    if (takesSome) {
      assertEquals(before, text(reader.read(100)));
    }
    Task<?> reading = createTask(List.<Awaitable<?>>of(
            () -> reader.read(100),
            () -> reader.read(ByteBuffer.allocate(100)),
            () -> reader.readExactly(100),
            () -> reader.readUntil(bytes("\n")),
            reader::readLine,
            reader::readAll)
        .get(way));
    settle();
    reading.cancel();
    assertThrows(CancellationException.class, reading::await);
    stream.peer().send(bytes("def"));
    stream.peer().endOutput();
    assertEquals(takesSome ? "def" : before + "def", text(reader.readAll()), "way " + way);
    stream.connection().close();
  }

  @Test
  void aReaderThatIsWokenByDataAndThenCancelledLosesNoByte() throws Exception {
    run(() -> {
      for (int i = 0; i < 20; i++) {
        Streamed stream = stream();
        Task<byte[]> reading = createTask(() -> stream.reader().read(100));
        settle();
        stream.peer().send(bytes("abc"));
        long startNanos = System.nanoTime();
        while (System.nanoTime() - startNanos < 100_000L * (i % 2)) {
          Thread.onSpinWait(); // so that the next iteration polls, or does not
        }
        loop.callSoon(reading::cancel);
        String first = "";
        try {
          first = text(reading.await());
        } catch (CancellationException e) {
          assertTrue(reading.cancelled());
        }
        stream.peer().endOutput();
        assertEquals("abc", first + text(stream.reader().readAll()));
        stream.connection().close();
      }
    });
  }

  /** Reads in all ways, at random, and cancels some of it; what came is what was sent. */
  @Test
  void anyMixOfReadsAndCancellationsGetsEveryByteOnce() throws Exception {
    Random random = new Random(1);
    byte[] sent = new byte[200_000];
    for (int i = 0; i < sent.length; i++) {
      sent[i] = (byte) (random.nextInt(50) == 0 ? '\n' : 'a' + random.nextInt(26));
    }
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    run(() -> {
      Streamed stream = stream(40);
      thread(() -> {
        for (int at = 0; at < sent.length; ) {
          int size = Math.min(sent.length - at, 1 + random.nextInt(3000));
          stream.peer().send(Arrays.copyOfRange(sent, at, at + size));
          at += size;
        }
        stream.peer().endOutput();
      });
      Random choice = new Random(2);
      while (!stream.reader().atEof()) {
        Task<byte[]> reading = createTask(someRead(stream.reader(), choice));
        for (int steps = choice.nextInt(6); steps > 0; steps--) {
          sleep(Duration.ZERO);
        }
        if (choice.nextInt(4) == 0) {
          reading.cancel();
        }
        try {
          received.writeBytes(reading.await());
        } catch (IncompleteReadException e) {
          received.writeBytes(e.partial());
        } catch (LimitOverrunException | CancellationException e) {
          // the data stays
        }
      }
      stream.connection().close();
    });
    assertArrayEquals(sent, received.toByteArray());
  }

  private static Awaitable<byte[]> someRead(StreamReader reader, Random choice) {
    int size = 1 + choice.nextInt(choice.nextBoolean() ? 10 : 5000);
    return switch (choice.nextInt(4)) {
      case 0 -> () -> reader.read(size);
      case 1 -> () -> reader.readExactly(size);
      case 2 -> () -> reader.readUntil((byte) '\n');
      default ->
        () -> {
          ByteBuffer target = ByteBuffer.allocate(size);
          reader.read(target);
          return Arrays.copyOf(target.array(), target.position());
        };
    };
  }

  // Ends

  @Test
  void aResetIsThrownByEveryRead() throws Exception {
    run(() -> {
      Streamed stream = stream();
      Task<byte[]> reading = createTask(() -> stream.reader().read(1));
      settle();
      stream.peer().reset();
      IOException failure = assertThrows(IOException.class, reading::await);
      assertSame(failure, assertThrows(IOException.class, () -> stream.reader().read(1)));
      assertSame(failure, assertThrows(IOException.class, () -> stream.reader().readAll()));
      assertSame(failure, assertThrows(IOException.class, () -> stream.reader().readLine()));
      assertSame(failure, assertThrows(IOException.class, () -> stream.reader().readExactly(1)));
      assertTrue(stream.writer().isClosing());
    });
  }

  @Test
  void closingTheConnectionEndsTheStreamForWhoReads() throws Exception {
    run(() -> {
      Streamed stream = stream();
      Task<byte[]> reading = createTask(() -> stream.reader().read(1));
      settle();
      stream.connection().close();
      assertEquals(0, reading.await().length);
      assertEquals(0, stream.reader().read(1).length);
      assertTrue(stream.reader().atEof());
    });
  }

  @Test
  void closingTheConnectionWhileMuchIsBufferedEndsTheStreamForWhoReads() throws Exception {
    int size = 2_000_000;
    run(() -> {
      Streamed stream = stream();
      Task<byte[]> reading = createTask(() -> stream.reader().read(1));
      stream.writer().write(new byte[size]);
      settle();
      stream.connection().close();
      aside(() -> stream.peer().receive(size)).await();
      assertEquals(0, reading.await().length);
    });
  }

  // Back-pressure

  @Test
  void whatNobodyReadsStaysWithThePeer() throws Exception {
    int size = 20_000_000; // more than any loopback connection holds in its two sockets' buffers
    run(() -> {
      Streamed stream = stream();
      int[] sent = new int[1];
      ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);
      for (int idle = 0; idle < 20 && sent[0] < size; ) {
        int count = stream.peer().channel().write(chunk.clear());
        sent[0] += count;
        idle = count == 0 ? idle + 1 : 0;
        settle();
      }
      assertTrue(sent[0] < size, "the peer is slowed down");
      stream.peer().endOutput();
      assertEquals(sent[0], stream.reader().readAll().length);
      stream.connection().close();
    });
  }
}
