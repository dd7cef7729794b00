// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.spi.DgramBatch;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;

/**
 * Moves a batch of datagrams by one call, {@code recvmmsg} or {@code sendmmsg}, which Linux alone has.
 *
 * <p><b>Threading</b>: as the loop's; see {@link dev.culebra.spi.LoopThread}.
 */
final class LinuxDgramSocket extends PosixDgramSocket {

  LinuxDgramSocket(Poller poller, CallState calls, int family, int fd) {
    super(poller, calls, family, fd);
  }

  @Override
  public void receive(DgramBatch batch) throws IOException {
    int fd = fd();
    MessageVector vector = MessageVector.of(batch);
    int result = LinuxCalls.recvmmsg(calls, fd, vector.forReceiving(), batch.capacity());
    if (result < 0) {
      if (result == -Constants.EAGAIN) {
        return;
      }
      throw Errno.ofDatagram(-result, "recvmmsg(fd " + fd + ")");
    }
    SocketAddress peer = remote;
    for (int i = 0; i < result; i++) {
      batch.data(i).clear().limit(vector.length(i));
      batch.add(peer != null ? peer : vector.sender(i, sender));
    }
  }

  /** A single one has a cheaper call of its own. */
  @Override
  public int send(DgramBatch batch, int first) throws ClosedChannelException {
    int count = batch.size() - first;
    if (count == 1) {
      return super.send(batch, first);
    }
    int fd = fd();
    try {
      MessageVector vector = MessageVector.of(batch);
      for (int i = first; i < batch.size(); i++) {
        SocketAddress to = remote == null ? batch.address(i) : null;
        int length = batch.data(i).remaining();
        if (to == null) {
          vector.put(i, length);
        } else {
          vector.put(i, length, to, sender.has(to) ? sender : target, family);
        }
      }
      int result =
          LinuxCalls.sendmmsg(calls, fd, vector.from(first), count, Constants.MSG_NOSIGNAL);
      if (result >= 0) {
        bound = true;
        return result;
      }
      if (result == -Constants.EAGAIN) {
        return 0;
      }
      throw Errno.ofDatagram(
          -result, sending(fd, batch.data(first).remaining(), batch.address(first)));
    } catch (IOException e) {
      batch.failed(e);
      return 1;
    }
  }
}
