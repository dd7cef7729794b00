// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.load;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * Sends messages that are all different, each to come back as it was sent: an old message, or another
 * connection's, would be noticed.
 *
 * <p>The messages are windows on one array of random bytes, so that they cost no memory and no copying.
 */
public final class EchoDialogue implements Dialogue {

  /** How many windows there are. A prime, so that the steps below go through all of them. */
  private static final int WINDOWS = 4093;

  /** How far apart two neighbouring connections start. */
  private static final int CONNECTION_STRIDE = 1009;

  private static final long SEED = 25;

  private final ByteBuffer request;
  private final ByteBuffer answer;
  private final int sizeBytes;
  private int window;
  private long requests;

  private EchoDialogue(ByteBuffer random, int sizeBytes, int connection) {
    this.request = random.duplicate();
    this.answer = random.duplicate();
    this.sizeBytes = sizeBytes;
    this.window = (int) ((long) connection * CONNECTION_STRIDE % WINDOWS);
  }

  /**
   * Makes the dialogues of a load.
   *
   * @param sizeBytes how long a message is
   * @return makes the dialogue of each connection, by its number
   */
  public static IntFunction<EchoDialogue> ofSize(int sizeBytes) {
    byte[] random = new byte[sizeBytes + WINDOWS];
    new SplittableRandom(SEED).nextBytes(random);
    ByteBuffer shared = ByteBuffer.allocateDirect(random.length).put(random).flip();
    return connection -> new EchoDialogue(shared, sizeBytes, connection);
  }

  @Override
  public ByteBuffer nextRequest() {
    window = (window + 1) % WINDOWS;
    requests++;
    answer.clear().position(window).limit(window + sizeBytes);
    return request.clear().position(window).limit(window + sizeBytes);
  }

  @Override
  public ByteBuffer expectedAnswer() {
    return answer;
  }

  /**
   * Tells whether an answer belongs to a request before the last one: to any of the thousands since when
   * all messages are different.
   *
   * @param data the whole answer
   * @return whether it does
   */
  boolean isEarlierAnswer(ByteBuffer data) {
    if (data.remaining() != sizeBytes) {
      return false;
    }
    ByteBuffer earlier = request.duplicate();
    for (int back = 1; back < Math.min(requests, WINDOWS); back++) {
      int start = Math.floorMod(window - back, WINDOWS);
      if (earlier.clear().position(start).limit(start + sizeBytes).equals(data)) {
        return true;
      }
    }
    return false;
  }
}
