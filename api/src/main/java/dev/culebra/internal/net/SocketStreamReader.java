// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.net.IncompleteReadException;
import dev.culebra.net.LimitOverrunException;
import dev.culebra.net.StreamReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a {@link PullInput}. It buffers only what came behind what was asked for, so that a
 * connection that is read in whole pieces holds no buffer.
 */
final class SocketStreamReader implements StreamReader {

  private static final byte[] EMPTY = new byte[0];
  private static final int MAX_IDLE_BUFFER_BYTES = 64 * 1024;
  private static final int MIN_RECEIVE_BYTES = 4 * 1024;
  private static final int MAX_RECEIVE_BYTES = 256 * 1024;

  private final PullInput input;
  private final ChunkPool chunks;
  private final int limitBytes;

  /** What has been received and not yet read: the bytes from start to end. */
  private byte[] buffer = EMPTY;

  private int start;
  private int end;

  /** Where the last separator that was looked for begins and ends, relative to start. */
  private int found;

  private int foundEnd;

  SocketStreamReader(PullInput input, ChunkPool chunks, int limitBytes) {
    this.input = input;
    this.chunks = chunks;
    this.limitBytes = limitBytes;
  }

  @Override
  public byte[] read(int maxBytes) throws IOException {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("maxBytes must not be negative, but is " + maxBytes
          + "; to read to the end use readAll()");
    }
    input.requireNoReader();
    input.throwFailure();
    if (maxBytes == 0) {
      return EMPTY;
    }
    if (buffered() > 0) {
      return take(Math.min(maxBytes, buffered()));
    }
    return receive(maxBytes);
  }

  /**
   * Receives through the loop's own buffer, which is free between two waits, so that the result has just
   * the size of what came.
   */
  private byte[] receive(int maxBytes) throws IOException {
    byte[] received;
    while ((received = tryReceive(maxBytes)) == null) {
      input.awaitReadable();
    }
    return received;
  }

  private byte @Nullable [] tryReceive(int maxBytes) throws IOException {
    ByteBuffer shared = chunks.takeInput();
    try {
      int count = input.tryReceive(shared.limit(Math.min(maxBytes, shared.capacity())));
      if (count <= 0) {
        return count < 0 ? EMPTY : null;
      }
      byte[] received = new byte[count];
      shared.get(0, received);
      return received;
    } finally {
      chunks.giveBackInput(shared);
    }
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("nothing can be read into a read-only buffer");
    }
    input.requireNoReader();
    if (!target.hasRemaining()) {
      return 0;
    }
    if (buffered() > 0) {
      input.throwFailure();
      int count = Math.min(target.remaining(), buffered());
      target.put(buffer, start, count);
      consume(count);
      return count;
    }
    return input.receive(target);
  }

  @Override
  public byte[] readAll() throws IOException {
    input.requireNoReader();
    input.throwFailure();
    while (fill(MAX_RECEIVE_BYTES)) {
      // what has come stays in the buffer, so that a cancelled call loses nothing
    }
    return take(buffered());
  }

  @Override
  public byte[] readExactly(int count) throws IOException {
    if (count < 0) {
      throw new IllegalArgumentException("count must not be negative, but is " + count);
    }
    input.requireNoReader();
    input.throwFailure();
    while (buffered() < count) {
      if (!fill(count - buffered())) {
        throw new IncompleteReadException(take(buffered()), count);
      }
    }
    return take(count);
  }

  @Override
  public byte[] readUntil(byte... separator) throws IOException {
    return readUntil(new byte[][] {separator});
  }

  @Override
  public byte[] readUntil(List<byte[]> separators) throws IOException {
    byte[][] shortestFirst = separators.toArray(byte[][]::new);
    Arrays.sort(shortestFirst, Comparator.comparingInt((byte[] each) -> each.length));
    return readUntil(shortestFirst);
  }

  private byte[] readUntil(byte[][] separators) throws IOException {
    if (separators.length == 0 || separators[0].length == 0) {
      throw new IllegalArgumentException("there must be a separator, of at least one byte");
    }
    int longest = separators[separators.length - 1].length;
    input.requireNoReader();
    input.throwFailure();
    int searched = 0;
    while (true) {
      if (find(separators, searched)) {
        if (found > limitBytes) {
          throw new LimitOverrunException(
              "separator is found, but chunk is longer than limit", found);
        }
        return take(foundEnd);
      }
      searched = Math.max(0, buffered() - longest + 1);
      if (searched > limitBytes) {
        throw new LimitOverrunException(
            "separator is not found, and the chunk exceeds the limit", searched);
      }
      if (!fill(MIN_RECEIVE_BYTES)) {
        throw new IncompleteReadException(take(buffered()), -1);
      }
    }
  }

  /** Whether one is there; the one that ends first is then noted, of several the first given. */
  private boolean find(byte[][] separators, int from) {
    found = -1;
    for (byte[] separator : separators) {
      int begin = indexOf(separator, from);
      if (begin >= 0 && (found < 0 || begin + separator.length < foundEnd)) {
        found = begin;
        foundEnd = begin + separator.length;
      }
    }
    return found >= 0;
  }

  @Override
  public byte[] readLine() throws IOException {
    try {
      return readUntil((byte) '\n');
    } catch (IncompleteReadException e) {
      return e.partial();
    } catch (LimitOverrunException e) {
      int past = start + e.consumedBytes();
      consume(past < end && buffer[past] == '\n' ? e.consumedBytes() + 1 : buffered());
      throw e;
    }
  }

  @Override
  public boolean atEof() {
    return input.ended() && buffered() == 0;
  }

  /** Hands over what is buffered, null if nothing is. */
  @Nullable ByteBuffer takeReceived() {
    return buffered() == 0 ? null : ByteBuffer.wrap(take(buffered()));
  }

  // ---- the buffer

  private int buffered() {
    return end - start;
  }

  /**
   * Receives more behind what is buffered.
   *
   * @return false at the end of the stream
   */
  private boolean fill(int wantedBytes) throws IOException {
    makeRoom(Math.clamp(wantedBytes, MIN_RECEIVE_BYTES, MAX_RECEIVE_BYTES));
    int count = input.receive(ByteBuffer.wrap(buffer, end, buffer.length - end));
    if (count < 0) {
      return false;
    }
    end += count;
    return true;
  }

  private void makeRoom(int bytes) {
    if (buffer.length - end >= bytes) {
      return;
    }
    byte[] target = buffer;
    if (buffer.length - buffered() < bytes) {
      target = new byte[Math.max(buffered() + bytes, buffered() * 2)];
    }
    System.arraycopy(buffer, start, target, 0, buffered());
    end = buffered();
    start = 0;
    buffer = target;
  }

  private byte[] take(int count) {
    byte[] taken = Arrays.copyOfRange(buffer, start, start + count);
    consume(count);
    return taken;
  }

  private void consume(int count) {
    start += count;
    if (start == end) {
      start = 0;
      end = 0;
      if (buffer.length > MAX_IDLE_BUFFER_BYTES) {
        buffer = EMPTY;
      }
    }
  }

  /** Where a separator begins, relative to the first buffered byte; -1 if it is not there. */
  private int indexOf(byte[] separator, int from) {
    int last = end - separator.length;
    for (int i = start + from; i <= last; i++) {
      if (buffer[i] == separator[0]
          && Arrays.equals(buffer, i, i + separator.length, separator, 0, separator.length)) {
        return i - start;
      }
    }
    return -1;
  }
}
