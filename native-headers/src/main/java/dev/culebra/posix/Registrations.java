// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the registration that an event is for, and refuses events that come too late.
 *
 * <p>The kernel hands back 64 bits with each event. A descriptor would not do: one batch may hold
 * events for a descriptor that an earlier event of the batch closed, and whose number a socket accepted
 * in between now has. So it is given an id: the index of a slot below, and above it a count of all
 * registrations so far. A slot is used again, an id is not, and a stale id finds nothing.
 *
 * <p><b>Threading</b>: as the loop's.
 */
public final class Registrations {

  private static final int INITIAL_SLOTS = 64;

  /** Leaves 40 bits for the sequence, and room for more sockets than a process may have. */
  private static final int SLOT_BITS = 24;

  private final Registration.Factory factory;
  private @Nullable Registration[] slots = new Registration[INITIAL_SLOTS];

  /** The indexes of the empty slots, as a stack. */
  private int[] free = new int[INITIAL_SLOTS];

  private int freeCount;
  /** Numbers the registrations, from 1: an id comes again only after 2^40 of them. */
  private long sequence;

  /** Makes an empty table. */
  Registrations(Registration.Factory factory) {
    this.factory = factory;
    addFree(0, INITIAL_SLOTS);
  }

  /**
   * Tells which source of this poller a caller means.
   *
   * @param poller the poller that is asked
   * @param source what it was given
   * @return the source
   * @throws IllegalArgumentException if another poller opened it
   */
  static PosixSource own(Poller poller, Pollable source) {
    if (source instanceof PosixSource own && own.isOf(poller)) {
      return own;
    }
    throw new IllegalArgumentException("not a socket of this poller: " + source);
  }

  /**
   * Adds a source, without interest.
   *
   * @param source an open source that is not registered
   * @param attachment what the sink is to be given
   * @return its registration
   * @throws IllegalStateException if it is registered already
   */
  Registration add(PosixSource source, Object attachment) {
    if (source.registration != null) {
      throw new IllegalStateException("registered already: " + source);
    }
    if (freeCount == 0) {
      int length = slots.length;
      slots = Arrays.copyOf(slots, 2 * length);
      free = new int[2 * length];
      addFree(length, 2 * length);
    }
    int slot = free[--freeCount];
    sequence++; // 0 is kept for what is no registration
    Registration added = factory.make(sequence << SLOT_BITS | slot, source, attachment);
    slots[slot] = added;
    source.registration = added;
    return added;
  }

  /**
   * The registration of a source.
   *
   * @param source a source of this poller
   * @return its registration
   * @throws IllegalStateException if it has none
   */
  Registration get(PosixSource source) {
    Registration found = source.registration;
    if (found == null) {
      throw new IllegalStateException("not registered: " + source);
    }
    return found;
  }

  /**
   * The registration that an event is for.
   *
   * @param id what the kernel handed back
   * @return the registration, null if it is gone
   */
  public @Nullable Registration find(long id) {
    Registration found = slots[slotOf(id)];
    return found != null && found.id() == id ? found : null;
  }

  /**
   * Takes a source out: no event finds it any more.
   *
   * @param source a source of this poller
   * @return what its registration was, null if it had none
   */
  @Nullable Registration remove(PosixSource source) {
    Registration removed = source.registration;
    if (removed != null) {
      int slot = slotOf(removed.id());
      slots[slot] = null;
      free[freeCount++] = slot;
      source.registration = null;
    }
    return removed;
  }

  /** Where the registration of an id stands, or stood. */
  static int slotOf(long id) {
    return (int) id & (1 << SLOT_BITS) - 1;
  }

  private void addFree(int from, int to) {
    for (int slot = to - 1; slot >= from; slot--) { // so that the lowest is taken first
      free[freeCount++] = slot;
    }
  }
}
