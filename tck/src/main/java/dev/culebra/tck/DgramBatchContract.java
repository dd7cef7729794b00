// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.spi.DgramBatch;
import dev.culebra.spi.DgramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Datagrams that are received and sent several at once: rules 8 and 9. */
abstract class DgramBatchContract extends SpiContract {

  @Rule(8)
  @Test
  void aBatchIsReceivedInItsOrderWithItsSenders() throws Exception {
    DgramSocket receiver = datagram();
    DgramSocket peer = datagram();
    DgramSocket connected = datagram();
    connected.connect(address(peer));
    DgramBatch batch = new DgramBatch(4, 100);
    receiver.receive(batch);
    assertEquals(0, batch.size());
    DgramSocket[] senders = {datagram(), datagram()};
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 7; i++) {
        senders[i % 2].send(ByteBuffer.wrap(pattern(i * 30)), address(receiver));
      }
      poller().register(receiver, READ, "r");
      int next = 0;
      while (next < 7) {
        await("r", READ);
        batch.clear();
        receiver.receive(batch);
        assertTrue(batch.size() > 0 && batch.size() <= 4, () -> "received " + batch.size());
        for (int i = 0; i < batch.size(); i++, next++) {
          assertEquals(address(senders[next % 2]), batch.address(i));
          byte[] got = new byte[Math.min(next * 30, 100)]; // what does not fit is lost
          assertEquals(got.length, batch.data(i).remaining());
          batch.data(i).get(got);
          assertArrayEquals(pattern(got.length), got);
        }
        assertNull(batch.takeFailure());
      }
      poller().deregister(receiver);
    }
    peer.send(ByteBuffer.allocate(5), address(connected));
    batch.clear();
    poller().register(connected, READ, "c");
    await("c", READ);
    connected.receive(batch);
    assertEquals(address(peer), batch.address(0));
    assertEquals(5, batch.data(0).remaining());
  }

  @Rule(8)
  @Test
  void aBatchIsSentInItsOrder() throws Exception {
    DgramSocket[] receivers = {datagram(), datagram()};
    DgramSocket connected = datagram();
    connected.connect(address(receivers[0]));
    DgramSocket free = datagram();
    ByteBuffer target = ByteBuffer.allocate(100);
    for (DgramSocket sender : List.of(free, connected, free)) {
      DgramBatch batch = new DgramBatch(8, 100);
      for (int i = 1; i < 7; i++) {
        batch.data(i - 1).clear().put(pattern(i * 10)).flip();
        batch.add(sender.equals(connected) ? null : address(receivers[i % 2]));
      }
      int next = 0;
      while (next < batch.size()) {
        int done = sender.send(batch, next);
        assertTrue(done > 0);
        next += done;
      }
      assertNull(batch.takeFailure());
      for (int i = 1; i < 7; i++) {
        DgramSocket receiver = receivers[sender.equals(connected) ? 0 : i % 2];
        assertEquals(address(sender), awaitReceive(receiver, target.clear()));
        byte[] got = new byte[i * 10];
        target.flip().get(got);
        assertFalse(target.hasRemaining());
        assertArrayEquals(pattern(i * 10), got);
      }
    }
  }

  @Rule(9)
  @Test
  void aFailureInABatchIsThatOfTheLastThatIsDoneWith() throws Exception {
    DgramSocket sender = datagram();
    DgramSocket receiver = datagram();
    SocketAddress nobody = new InetSocketAddress(loopback().getAddress(), 0);
    DgramBatch batch = new DgramBatch(8, 100);
    for (int i = 0; i < 6; i++) {
      batch.data(i).clear().limit(i + 1);
      batch.add(i % 3 == 1 ? nobody : address(receiver)); // the second and the fifth fail
    }
    List<Integer> failed = new ArrayList<>();
    int next = 0;
    while (next < batch.size()) {
      int done = sender.send(batch, next);
      assertTrue(done > 0);
      next += done;
      if (batch.takeFailure() != null) {
        failed.add(next - 1);
      }
    }
    assertEquals(List.of(1, 4), failed);
    ByteBuffer target = ByteBuffer.allocate(100);
    for (int length : new int[] {1, 3, 4, 6}) {
      awaitReceive(receiver, target.clear());
      assertEquals(length, target.position());
    }
    sender.close();
    assertThrows(ClosedChannelException.class, () -> sender.send(batch, 0));
    assertThrows(ClosedChannelException.class, () -> sender.receive(new DgramBatch(1, 1)));
  }
}
