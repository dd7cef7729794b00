// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue.internal;

import dev.culebra.posix.PosixSource;
import dev.culebra.posix.Registration;
import dev.culebra.spi.Poller;

/** Remembers, besides, which filters the kernel has for a source, and what a poll has found. */
final class KqueueRegistration extends Registration {

  /** The filters EVFILT_READ and EVFILT_WRITE have the bits of their interests. */
  static final int READ = Poller.READ;

  static final int WRITE = Poller.WRITE;

  /** EVFILT_WRITE with EV_CLEAR: only the hang-up matters. */
  static final int HANG_UP = 4;

  /** The same after it has told of the hang-up: it does not do so again. */
  static final int SPENT = 8;

  /** Each of those that are EVFILT_WRITE, of which the kernel has one for a descriptor. */
  static final int ANY_WRITE = WRITE | HANG_UP | SPENT;

  /** EVFILT_PROC. */
  static final int EXIT = 16;

  /** The filters that the kernel has. */
  int filters;

  /** Whether this is in the list of those whose filters are to be changed. */
  boolean isQueued;

  /**
   * Whether the source is ready without the kernel's saying so: it said it once, or it refuses to watch
   * what is broken. Until the interest changes.
   */
  boolean isSettled;

  /** What this poll has found, until it is handed out. */
  int readiness;

  KqueueRegistration(long id, PosixSource source, Object attachment) {
    super(id, source, attachment);
  }

  /** The filters that stand for an interest. */
  static int filtersFor(PosixSource source, int interest) {
    if (source.isProcess()) {
      return (interest & Poller.READ) != 0 ? EXIT : 0;
    }
    int asked = source.kernelInterest(interest);
    return asked == 0 && interest != 0 ? HANG_UP : asked;
  }

  /** Takes down an event; returns whether anybody has asked for it. */
  boolean note(short filter, int flags) {
    if ((flags & (Kqueue.EV_ERROR | Kqueue.EV_ONESHOT)) != 0) { // the last there is of this filter
      lose(filter);
      isSettled = true;
      return (flags & Kqueue.EV_ERROR) == 0;
    }
    int interest = interest();
    if (filter == Kqueue.EVFILT_READ) {
      readiness |= READ;
    } else if ((filters & HANG_UP) == 0) {
      readiness |= WRITE;
      if ((flags & Kqueue.EV_EOF) != 0) { // and what the kernel was not asked for
        readiness |= interest & ~source().kernelInterest(interest);
      }
    } else if ((flags & Kqueue.EV_EOF) != 0) {
      filters ^= HANG_UP | SPENT;
      isSettled = true;
      return true;
    }
    return (readiness & interest) != 0;
  }

  /** Remembers that the kernel does not have a filter, or no more. */
  void lose(short filter) {
    if (filter == Kqueue.EVFILT_READ) {
      filters &= ~READ;
    } else {
      filters &= filter == Kqueue.EVFILT_WRITE ? ~ANY_WRITE : ~EXIT;
    }
  }
}
