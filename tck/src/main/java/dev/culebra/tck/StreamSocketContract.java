// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** How a stream reads, writes and ends: rules 8 and 9. */
abstract class StreamSocketContract extends SpiContract {

  // Reading

  @Rule(8)
  @Test
  void readingWhenNothingIsThereGivesZero() throws Exception {
    StreamSocket socket = connection().socket();
    ByteBuffer target = ByteBuffer.allocate(8);
    assertEquals(0, socket.read(target));
    assertEquals(0, target.position());
    assertEquals(0, socket.read(ByteBuffer.allocateDirect(8)));
  }

  @Rule(8)
  @Test
  void theEndOfTheStreamIsMinusOneForEver() throws Exception {
    Connection connection = connection();
    connection.peer().send((byte) 1);
    connection.peer().endOutput();
    ByteBuffer target = ByteBuffer.allocate(8);
    receive(connection.socket(), target, 1);
    poller().register(connection.socket(), READ, "a");
    await("a", READ);
    for (int i = 0; i < 5; i++) {
      assertEquals(-1, connection.socket().read(target));
      assertEquals(1, target.position());
    }
  }

  @Rule(8)
  @Test
  void readingFillsExactlyWhatTheBufferOffers() throws Exception {
    byte[] sent = pattern(1000);
    ByteBuffer[] targets = {
      ByteBuffer.allocate(1000),
      ByteBuffer.allocateDirect(1000),
      ByteBuffer.allocate(1500).position(300).slice(),
      ByteBuffer.allocateDirect(1500).position(300).slice(),
    };
    for (ByteBuffer target : targets) {
      Connection connection = connection();
      connection.peer().send(sent);
      target.position(7).limit(107);
      receive(connection.socket(), target, 100);
      assertEquals(107, target.position());
      assertEquals(107, target.limit());
      target.limit(907);
      receive(connection.socket(), target, 800);
      assertEquals(907, target.position());
      assertEquals(0, target.get(6));
      byte[] received = new byte[900];
      target.clear().get(7, received);
      assertArrayEquals(pattern(900), received);
      assertEquals(0, target.get(907));
    }
  }

  @Rule(9)
  @Test
  void readingIntoAReadOnlyBufferThrows() throws Exception {
    Connection connection = connection();
    connection.peer().send((byte) 1);
    ByteBuffer target = ByteBuffer.allocate(8).asReadOnlyBuffer();
    assertThrows(IllegalArgumentException.class, () -> connection.socket().read(target));
  }

  @Rule(9)
  @Test
  void readingAfterAResetThrowsSocketException() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ, "a");
    connection.peer().reset();
    await("a", READ);
    assertThrows(SocketException.class, () -> connection.socket().read(ByteBuffer.allocate(1)));
  }

  // Writing

  @Rule(8)
  @Test
  void writingSendsExactlyWhatTheBufferOffers() throws Exception {
    ByteBuffer heap = ByteBuffer.wrap(pattern(1000));
    ByteBuffer direct = ByteBuffer.allocateDirect(1000).put(pattern(1000));
    ByteBuffer[] sources = {
      heap.duplicate(),
      direct.duplicate().clear(),
      heap.duplicate().asReadOnlyBuffer(),
      direct.duplicate().clear().asReadOnlyBuffer(),
      ByteBuffer.allocate(1300).put(300, pattern(1000)).position(300).slice(),
      ByteBuffer.allocateDirect(1300).put(300, pattern(1000)).position(300).slice(),
    };
    Connection connection = connection();
    for (ByteBuffer source : sources) {
      source.position(7).limit(907);
      assertEquals(900, connection.socket().write(source));
      assertEquals(907, source.position());
      assertEquals(907, source.limit());
      byte[] expected = new byte[900];
      System.arraycopy(pattern(1000), 7, expected, 0, 900);
      assertArrayEquals(expected, connection.peer().receive(900));
    }
  }

  @Rule({2, 8})
  @Test
  void writingToAPeerThatDoesNotReadGivesZeroUntilItDoes() throws Exception {
    for (boolean isDirect : new boolean[] {true, false}) {
      Connection connection = connection();
      byte[] bytes = pattern(8 << 20);
      ByteBuffer source = isDirect
          ? ByteBuffer.allocateDirect(bytes.length).put(bytes).flip()
          : ByteBuffer.wrap(bytes);
      ByteBuffer received = ByteBuffer.allocate(bytes.length);
      int refusals = 0;
      while (source.hasRemaining()) {
        int before = source.position();
        int written = connection.socket().write(source);
        assertEquals(before + written, source.position());
        if (written == 0) {
          refusals++;
          poller().register(connection.socket(), WRITE, "a");
          Peer.await("room for more, and its report", patienceNanos(), () -> {
            connection.peer().receiveSome(received);
            return poll(0).of("a") == WRITE;
          });
          poller().deregister(connection.socket());
        }
      }
      connection.socket().shutdownOutput();
      Peer.await("the rest at the peer", patienceNanos(), () -> {
        connection.peer().receiveSome(received);
        return !received.hasRemaining();
      });
      connection.peer().awaitEnd();
      assertTrue(refusals > 0, "8 MiB did not fill the kernel's buffers");
      assertArrayEquals(bytes, received.array());
    }
  }

  @Rule(8)
  @Test
  void gatheringKeepsTheOrderOfTheBuffers() throws Exception {
    byte[] bytes = pattern(600);
    ByteBuffer[] sources = {
      ByteBuffer.wrap(new byte[] {99}), // not in the range
      ByteBuffer.wrap(bytes, 0, 100),
      ByteBuffer.allocateDirect(200).put(bytes, 100, 200).flip(),
      ByteBuffer.allocate(0),
      ByteBuffer.wrap(bytes, 300, 100).asReadOnlyBuffer(),
      ByteBuffer.allocateDirect(0),
      ByteBuffer.wrap(bytes).position(400).slice(),
      ByteBuffer.wrap(new byte[] {99}),
    };
    Connection connection = connection();
    assertEquals(600, connection.socket().write(sources, 1, 6));
    assertArrayEquals(bytes, connection.peer().receive(600));
    for (int i = 1; i < 7; i++) {
      assertFalse(sources[i].hasRemaining());
    }
    assertEquals(1, sources[0].remaining());
    assertEquals(1, sources[7].remaining());
  }

  @Rule(8)
  @Test
  void gatheringTakesAnyNumberOfBuffersBitByBit() throws Exception {
    int count = 3000;
    byte[] bytes = pattern(count * 3);
    ByteBuffer[] sources = new ByteBuffer[count];
    for (int i = 0; i < count; i++) {
      sources[i] = i % 2 == 0
          ? ByteBuffer.wrap(bytes, i * 3, 3)
          : ByteBuffer.allocateDirect(3).put(bytes, i * 3, 3).flip();
    }
    Connection connection = connection();
    writeAll(connection, sources, ByteBuffer.allocate(0));
    assertArrayEquals(bytes, connection.peer().receive(bytes.length));
  }

  @Rule(8)
  @Test
  void gatheringStopsInTheMiddleOfABuffer() throws Exception {
    byte[] bytes = pattern(8 << 20);
    int third = bytes.length / 3;
    ByteBuffer[] sources = {
      ByteBuffer.wrap(bytes, 0, third),
      ByteBuffer.allocateDirect(third).put(bytes, third, third).flip(),
      ByteBuffer.wrap(bytes, 2 * third, bytes.length - 2 * third),
    };
    Connection connection = connection();
    ByteBuffer received = ByteBuffer.allocate(bytes.length);
    writeAll(connection, sources, received);
    Peer.await("the rest at the peer", patienceNanos(), () -> {
      connection.peer().receiveSome(received);
      return !received.hasRemaining();
    });
    assertArrayEquals(bytes, received.array());
  }

  @Rule(9)
  @Test
  void writingAfterAResetThrows() throws Exception {
    Connection connection = connection();
    poller().register(connection.socket(), READ, "a");
    connection.peer().reset();
    await("a", READ);
    assertThrows(
        IOException.class, () -> connection.socket().write(ByteBuffer.wrap(new byte[] {1})));
  }

  // Ending

  @Rule(8)
  @Test
  void aStreamThatHasEndedItsOutputStillReads() throws Exception {
    Connection connection = connection();
    connection.socket().write(ByteBuffer.wrap(pattern(10)));
    connection.socket().shutdownOutput();
    assertArrayEquals(pattern(10), connection.peer().receive(10));
    connection.peer().awaitEnd();
    connection.peer().send(pattern(20));
    receive(connection.socket(), ByteBuffer.allocate(20), 20);
  }

  @Rule(9)
  @Test
  void writingAfterTheOutputHasEndedThrowsClosedChannelException() throws Exception {
    StreamSocket socket = connection().socket();
    socket.shutdownOutput();
    ByteBuffer source = ByteBuffer.wrap(new byte[] {1});
    assertThrows(ClosedChannelException.class, () -> socket.write(source));
    assertThrows(ClosedChannelException.class, () -> socket.write(new ByteBuffer[] {source}, 0, 1));
  }

  @Rule(5)
  @Test
  void thePeerSeesTheEndAsSoonAsAStreamIsClosed() throws Exception {
    Connection never = connection();
    never.socket().close();
    never.peer().awaitEnd();

    Connection registered = connection();
    poller().register(registered.socket(), READ | WRITE, "a");
    await("a", WRITE);
    registered.socket().close();
    registered.peer().awaitEnd();

    Connection deregistered = connection();
    poller().register(deregistered.socket(), READ | WRITE, "b");
    await("b", WRITE);
    poller().deregister(deregistered.socket());
    deregistered.socket().close();
    deregistered.peer().awaitEnd();
  }

  /** Writes all of these, with the peer reading as much as it must. */
  private void writeAll(Connection connection, ByteBuffer[] sources, ByteBuffer received)
      throws Exception {
    int[] offered = Arrays.stream(sources).mapToInt(ByteBuffer::remaining).toArray();
    int next = 0;
    while (next < sources.length) {
      long before = remaining(sources);
      long written = connection.socket().write(sources, next, sources.length - next);
      assertEquals(before - written, remaining(sources), "bytes left after a gathering write");
      while (next < sources.length && !sources[next].hasRemaining()) {
        next++;
      }
      for (int i = next + 1; i < sources.length; i++) {
        assertEquals(offered[i], sources[i].remaining(), "bytes left in a later buffer");
      }
      if (written == 0) {
        Peer.await(
            "bytes at the peer",
            patienceNanos(),
            () -> connection.peer().receiveSome(received) > 0);
      }
    }
  }

  private static long remaining(ByteBuffer[] sources) {
    return Arrays.stream(sources).mapToLong(ByteBuffer::remaining).sum();
  }
}
