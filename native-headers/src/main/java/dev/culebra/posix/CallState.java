// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.net.SocketAddress;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Holds the native memory that the system calls of one poller and its sockets work with, so that a
 * call allocates nothing: errno, an address, an option's value, the vector of a gather.
 *
 * <p><b>Threading</b>: used by a loop and its tasks, one at a time.
 *
 * <p><b>Lifecycle</b>: there is nothing to close. The memory is the garbage collector's ({@link
 * Arena#ofAuto}): a confined arena would refuse the tasks, which are other threads than the loop; a
 * shared one costs 11 ns for each argument and 42 µs to close; and neither could be closed before the
 * last socket. What is reachable is never freed, so no call can touch freed memory.
 */
public final class CallState {

  private static final StructLayout LAYOUT = Linker.Option.captureStateLayout();
  private static final long ERRNO =
      LAYOUT.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  /** Room for the largest option, a membership: {@code struct ipv6_mreq}. */
  private static final int VALUE_BYTES = 32;

  private final MemorySegment state;
  final MemorySegment address;
  final MemorySegment addressLength;
  final MemorySegment value;
  final MemorySegment valueLength;
  final IoVector vector;
  final BufferView reading = new BufferView(null);
  final BufferView writing = new BufferView(null);
  private @Nullable Scratch scratch;

  /** The descriptors that the poller's sources own; guarded by itself, for another poller may adopt one. */
  private final BitSet owned = new BitSet();

  /** Allocates the memory. */
  public CallState() {
    Arena arena = Arena.ofAuto();
    state = arena.allocate(LAYOUT);
    address = arena.allocate(Sockaddr.CAPACITY, 8);
    addressLength = arena.allocate(JAVA_INT);
    value = arena.allocate(VALUE_BYTES, 8);
    valueLength = arena.allocate(JAVA_INT);
    vector = new IoVector(arena);
  }

  /**
   * Where a call leaves its errno: the first argument of a handle made by {@link Link#call}.
   *
   * @return the segment
   */
  public MemorySegment segment() {
    return state;
  }

  /**
   * The errno of the last call. It means nothing unless that call failed: HotSpot leaves values of its
   * own there after a success.
   *
   * @return the error number
   */
  public int errno() {
    return state.get(JAVA_INT, ERRNO);
  }

  /**
   * Turns C's convention into the kernel's, so that errno is read only after a failure.
   *
   * @param returned what the function returned, negative if it failed
   * @return that, or the negated errno if it failed
   */
  public int result(int returned) {
    return returned >= 0 ? returned : -errno();
  }

  /**
   * Turns C's convention into the kernel's, so that errno is read only after a failure.
   *
   * @param returned what the function returned, negative if it failed
   * @return that, or the negated errno if it failed
   */
  public long result(long returned) {
    return returned >= 0 ? returned : -errno();
  }

  /**
   * Tells whether one of the poller's sources owns a descriptor.
   *
   * @param fd the descriptor
   * @return whether nobody else may watch or adopt it
   */
  public boolean owns(int fd) {
    synchronized (owned) {
      return owned.get(fd);
    }
  }

  void setOwned(int fd, boolean isOwned) {
    synchronized (owned) {
      owned.set(fd, isOwned);
    }
  }

  /** Native memory for bytes of heap buffers, made when it is first needed. */
  Scratch scratch() {
    Scratch made = scratch;
    if (made == null) {
      made = new Scratch();
      scratch = made;
    }
    return made;
  }

  /** The address that the last call left. */
  SocketAddress decodeAddress() {
    return Sockaddr.decode(address, addressLength.get(JAVA_INT, 0));
  }
}
