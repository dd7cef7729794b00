// SPDX-License-Identifier: Apache-2.0
package dev.culebra.spi;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds several datagrams, with their addresses, that are received or sent together. The loop makes it
 * and uses it again and again.
 */
@LoopThread
public final class DgramBatch {

  private final ByteBuffer memory;
  private final int slotBytes;
  private final ByteBuffer[] slots;
  private final @Nullable SocketAddress[] addresses;
  private int size;
  private @Nullable IOException failure;
  private @Nullable Object layout;

  /**
   * Allocates its memory, outside the heap.
   *
   * @param capacity how many datagrams it holds
   * @param slotBytes how large each may be
   */
  public DgramBatch(int capacity, int slotBytes) {
    this.memory = ByteBuffer.allocateDirect(capacity * slotBytes);
    this.slotBytes = slotBytes;
    this.slots = new ByteBuffer[capacity];
    this.addresses = new SocketAddress[capacity];
    for (int i = 0; i < capacity; i++) {
      slots[i] = memory.slice(i * slotBytes, slotBytes);
    }
  }

  /**
   * How many datagrams it can hold.
   *
   * @return the number of slots
   */
  public int capacity() {
    return slots.length;
  }

  /**
   * How large a datagram it can hold.
   *
   * @return the size of each slot in bytes
   */
  public int slotBytes() {
    return slotBytes;
  }

  /**
   * How many datagrams it holds.
   *
   * @return the number of slots that are filled, from the first one on
   */
  public int size() {
    return size;
  }

  /** Empties it. */
  public void clear() {
    Arrays.fill(addresses, 0, size, null);
    size = 0;
    failure = null;
  }

  /**
   * The memory of a datagram: between its position and its limit, once it is added.
   *
   * @param index the slot
   * @return a direct buffer, always the same for a slot
   */
  public ByteBuffer data(int index) {
    return slots[index];
  }

  /**
   * The address of a datagram.
   *
   * @param index the slot
   * @return who sent it, or where it is to go; null is the peer of a connected socket
   */
  public @Nullable SocketAddress address(int index) {
    return addresses[index];
  }

  /**
   * Adds what is in the next slot.
   *
   * @param address whose it is, or where it is to go
   */
  public void add(@Nullable SocketAddress address) {
    addresses[size++] = address;
  }

  /**
   * Notes what ended a receive or send that had something to show already.
   *
   * @param exception what went wrong
   */
  public void failed(IOException exception) {
    failure = exception;
  }

  /**
   * Takes what went wrong.
   *
   * @return the exception, null if there is none
   */
  public @Nullable IOException takeFailure() {
    IOException taken = failure;
    failure = null;
    return taken;
  }

  /**
   * All of its memory, one slot behind the other, for a backend that describes it to the kernel.
   *
   * @return a direct buffer
   */
  public ByteBuffer memory() {
    return memory;
  }

  /**
   * What a backend has noted with {@link #setLayout}.
   *
   * @return its description of the memory, null at first
   */
  public @Nullable Object layout() {
    return layout;
  }

  /**
   * Keeps a backend's description of the memory with it.
   *
   * @param description anything
   */
  public void setLayout(Object description) {
    layout = description;
  }
}
