// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.spi.StreamSocket;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The output buffer in front of a kernel that takes what the test lets it. */
class OutputBufferTest {

  private final ByteArrayOutputStream kernel = new ByteArrayOutputStream();
  private final OutputBuffer output = new OutputBuffer(new ChunkPool());
  private int allowance = Integer.MAX_VALUE;
  private int calls;

  private final StreamSocket socket = (StreamSocket) Proxy.newProxyInstance(
      StreamSocket.class.getClassLoader(),
      new Class<?>[] {StreamSocket.class},
      (proxy, method, arguments) -> {
        calls++;
        if (arguments.length == 1) {
          return take((ByteBuffer) arguments[0]);
        }
        long taken = 0;
        int offset = (Integer) arguments[1];
        int length = (Integer) arguments[2];
        for (int i = offset; i < offset + length; i++) {
          taken += take(((ByteBuffer[]) arguments[0])[i]);
        }
        return taken;
      });

  private int take(ByteBuffer source) {
    int count = Math.min(allowance, source.remaining());
    byte[] bytes = new byte[count];
    source.get(bytes);
    kernel.writeBytes(bytes);
    allowance -= count;
    return count;
  }

  @Test
  void whatIsAddedIsSentInOneCall() throws Exception {
    output.add(ByteBuffer.wrap(new byte[] {1, 2}));
    output.add(ByteBuffer.wrap(new byte[] {3}));
    assertEquals(3, output.size());
    assertTrue(output.sendTo(socket));
    assertEquals(1, calls);
    assertEquals(0, output.size());
    assertArrayEquals(new byte[] {1, 2, 3}, kernel.toByteArray());
    assertTrue(output.sendTo(socket));
    assertEquals(1, calls, "nothing is left to send");
  }

  @Test
  void whatIsGivenLastIsSentBehindWhatIsHeldAndInTheSameCall() throws Exception {
    output.add(ByteBuffer.wrap(new byte[] {1, 2}));
    allowance = 3;
    ByteBuffer last = ByteBuffer.wrap(new byte[] {3, 4});
    assertFalse(output.sendTo(socket, last));
    assertEquals(1, calls);
    assertEquals(0, output.size());
    assertEquals(1, last.remaining());
    assertArrayEquals(new byte[] {1, 2, 3}, kernel.toByteArray());
  }

  @Test
  void aClearedBufferHasNothingToSend() throws Exception {
    output.add(ByteBuffer.allocate(100_000));
    output.clear();
    assertEquals(0, output.size());
    assertTrue(output.sendTo(socket));
    assertEquals(0, kernel.size());
  }

  @Test
  void whateverTheKernelTakesNothingIsLostOrSentTwice() throws Exception {
    Random random = new Random(1);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    long pending = 0;
    for (int i = 0; i < 1500; i++) {
      byte[] data = new byte[random.nextInt(4) == 0 ? random.nextInt(60_000) : random.nextInt(200)];
      random.nextBytes(data);
      expected.writeBytes(data);
      pending += data.length;
      allowance = random.nextInt(3) == 0 ? 0 : random.nextInt(40_000);
      int before = kernel.size();
      ByteBuffer buffer = ByteBuffer.wrap(data);
      if (random.nextBoolean()) {
        boolean all = output.sendTo(socket, buffer);
        assertEquals(all, output.size() == 0 && !buffer.hasRemaining());
        output.add(buffer);
      } else {
        output.add(buffer);
        boolean all = output.sendTo(socket);
        assertEquals(all, output.size() == 0);
      }
      pending -= kernel.size() - before;
      assertFalse(buffer.hasRemaining());
      assertEquals(pending, output.size());
    }
    allowance = Integer.MAX_VALUE;
    assertTrue(output.sendTo(socket));
    assertArrayEquals(expected.toByteArray(), kernel.toByteArray());
  }

  @Test
  void aWriteThatThrowsLeavesNoCountBehind() {
    ByteBuffer freed;
    try (Arena arena = Arena.ofConfined()) {
      freed = arena.allocate(100).asByteBuffer();
    }
    assertThrows(IllegalStateException.class, () -> output.add(freed));
    assertEquals(0, output.size());
  }
}
