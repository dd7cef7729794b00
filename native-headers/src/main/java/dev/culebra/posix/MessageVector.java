// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.culebra.posix.linux.iovec;
import dev.culebra.posix.linux.mmsghdr;
import dev.culebra.posix.linux.msghdr;
import dev.culebra.spi.DgramBatch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;

/**
 * Describes a batch to {@code recvmmsg} and {@code sendmmsg}: for each slot its memory, and room for an
 * address. It is made once for each batch and kept with it, whose memory it points to.
 */
final class MessageVector {

  private static final long MESSAGE = mmsghdr.sizeof();
  private static final long NAME = msghdr.msg_name$offset();
  private static final long NAME_LENGTH = msghdr.msg_namelen$offset();
  private static final long BUFFERS = msghdr.msg_iov$offset();
  private static final long BUFFER_COUNT = msghdr.msg_iovlen$offset();
  private static final long RECEIVED = mmsghdr.msg_len$offset();

  private static final long BUFFER = iovec.sizeof();
  private static final long BASE = iovec.iov_base$offset();
  private static final long LENGTH = iovec.iov_len$offset();

  private final DgramBatch batch;
  private final MemorySegment messages;
  private final MemorySegment buffers;
  private final MemorySegment names;

  private MessageVector(DgramBatch batch) {
    this.batch = batch;
    int capacity = batch.capacity();
    Arena arena = Arena.ofAuto(); // see CallState
    messages = arena.allocate(MESSAGE * capacity, 8);
    buffers = arena.allocate(BUFFER * capacity, 8);
    names = arena.allocate((long) Sockaddr.INET_CAPACITY * capacity, 8);
    long memory = MemorySegment.ofBuffer(batch.memory()).address();
    for (int i = 0; i < capacity; i++) {
      buffers.set(JAVA_LONG, i * BUFFER + BASE, memory + (long) i * batch.slotBytes());
      messages.set(JAVA_LONG, i * MESSAGE + BUFFERS, buffers.address() + i * BUFFER);
      messages.set(JAVA_LONG, i * MESSAGE + BUFFER_COUNT, 1);
    }
  }

  /** The description of a batch. */
  static MessageVector of(DgramBatch batch) {
    if (batch.layout() instanceof MessageVector known) {
      return known;
    }
    MessageVector made = new MessageVector(batch);
    batch.setLayout(made);
    return made;
  }

  /** All of it, with all the room that there is. */
  MemorySegment forReceiving() {
    for (int i = 0; i < batch.capacity(); i++) {
      put(i, batch.slotBytes());
      messages.set(JAVA_LONG, i * MESSAGE + NAME, names.address() + nameAt(i));
      messages.set(JAVA_INT, i * MESSAGE + NAME_LENGTH, Sockaddr.INET_CAPACITY);
    }
    return messages;
  }

  /** How long the datagram is that was received. */
  int length(int index) {
    return messages.get(JAVA_INT, index * MESSAGE + RECEIVED);
  }

  /** Who sent it. */
  SocketAddress sender(int index, PeerAddress known) {
    return known.decode(
        names, nameAt(index), messages.get(JAVA_INT, index * MESSAGE + NAME_LENGTH));
  }

  /** Describes a datagram to the peer of a connected socket. */
  void put(int index, int lengthBytes) {
    buffers.set(JAVA_LONG, index * BUFFER + LENGTH, lengthBytes);
    messages.set(JAVA_LONG, index * MESSAGE + NAME, 0);
    messages.set(JAVA_INT, index * MESSAGE + NAME_LENGTH, 0);
  }

  /** Describes a datagram to somebody. */
  void put(int index, int lengthBytes, SocketAddress to, PeerAddress known, int family)
      throws IOException {
    int nameLength = known.encode(to, family, names, nameAt(index));
    buffers.set(JAVA_LONG, index * BUFFER + LENGTH, lengthBytes);
    messages.set(JAVA_LONG, index * MESSAGE + NAME, names.address() + nameAt(index));
    messages.set(JAVA_INT, index * MESSAGE + NAME_LENGTH, nameLength);
  }

  /** What is described from here on. */
  MemorySegment from(int index) {
    return index == 0 ? messages : messages.asSlice(index * MESSAGE);
  }

  private static long nameAt(int index) {
    return (long) index * Sockaddr.INET_CAPACITY;
  }
}
