// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.sockets;

import dev.culebra.Asyncio;
import dev.culebra.LoopFuture;
import dev.culebra.net.Transport;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What an end of a connection does in callbacks, whichever kind of protocol they come from. */
abstract sealed class End {

  @SuppressWarnings("NullAway.Init") // set when the connection is made
  Transport transport;

  abstract void received(ByteBuffer data);

  /** Takes no more for now. */
  void full() {}

  void roomAgain() {}

  /** Sends back what comes. */
  static final class Answering extends End {

    @Override
    void received(ByteBuffer data) {
      transport.write(data);
    }

    @Override
    void full() {
      transport.pauseReading();
    }

    @Override
    void roomAgain() {
      transport.resumeReading();
    }
  }

  /** Counts what comes. */
  static final class Counting extends End {

    private final Tally tally;

    Counting(Tally tally) {
      this.tally = tally;
    }

    @Override
    void received(ByteBuffer data) {
      tally.received(data.remaining());
    }
  }

  /** Sends messages. */
  static final class Sending extends End {

    private final ByteBuffer message;
    private int messagesLeft;
    private int answerBytesLeft;
    private boolean full;
    private @Nullable LoopFuture<@Nullable Void> answered;

    Sending(int bytes) {
      message = ByteBuffer.allocateDirect(bytes);
    }

    void roundTrips(int count) throws Exception {
      LoopFuture<@Nullable Void> all = Asyncio.getRunningLoop().createFuture();
      answered = all;
      messagesLeft = count;
      next();
      all.await();
    }

    private void next() {
      messagesLeft--;
      answerBytesLeft = message.capacity();
      transport.write(message.clear());
    }

    @Override
    void received(ByteBuffer data) {
      answerBytesLeft -= data.remaining();
      if (answerBytesLeft == 0) {
        if (messagesLeft > 0) {
          next();
        } else if (answered != null) {
          answered.setResult(null);
        }
      }
    }

    void send(int count) {
      messagesLeft = count;
      sendUntilFull();
    }

    private void sendUntilFull() {
      while (messagesLeft > 0 && !full) {
        messagesLeft--;
        transport.write(message.clear());
      }
    }

    @Override
    void full() {
      full = true;
    }

    @Override
    void roomAgain() {
      full = false;
      sendUntilFull();
    }
  }
}
