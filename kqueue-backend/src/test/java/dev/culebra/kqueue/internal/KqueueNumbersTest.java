// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culebra.posix.darwin.darwin_h;
import dev.culebra.posix.darwin.kevent;
import dev.culebra.posix.freebsd.freebsd_h;
import dev.culebra.posix.linux.linux_h;
import org.junit.jupiter.api.Test;

/** The backend takes Darwin's numbers for those of all systems: they must be. */
class KqueueNumbersTest {

  @Test
  void theEventsOfFreeBsdAndLibkqueueAreDarwins() {
    assertEquals(freebsd_h.EV_ADD(), Kqueue.EV_ADD);
    assertEquals(freebsd_h.EV_CLEAR(), Kqueue.EV_CLEAR);
    assertEquals(freebsd_h.EV_DELETE(), Kqueue.EV_DELETE);
    assertEquals(freebsd_h.EV_EOF(), Kqueue.EV_EOF);
    assertEquals(freebsd_h.EV_ERROR(), Kqueue.EV_ERROR);
    assertEquals(freebsd_h.EV_ONESHOT(), Kqueue.EV_ONESHOT);
    assertEquals(freebsd_h.EV_RECEIPT(), Kqueue.EV_RECEIPT);
    assertEquals(freebsd_h.EVFILT_PROC(), Kqueue.EVFILT_PROC);
    assertEquals(freebsd_h.EVFILT_READ(), Kqueue.EVFILT_READ);
    assertEquals(freebsd_h.EVFILT_WRITE(), Kqueue.EVFILT_WRITE);
    assertEquals(freebsd_h.NOTE_EXIT(), Kqueue.NOTE_EXIT);
    assertEquals(freebsd_h.NOTE_TRIGGER(), Kqueue.NOTE_TRIGGER);
    assertEquals(freebsd_h.EVFILT_USER(), darwin_h.EVFILT_USER() - 1);
  }

  @Test
  void theErrorsOfLinuxAreDarwins() {
    assertEquals(linux_h.EBADF(), Kqueue.EBADF);
    assertEquals(linux_h.EEXIST(), Kqueue.EEXIST);
    assertEquals(linux_h.EINTR(), Kqueue.EINTR);
    assertEquals(linux_h.ENOMEM(), Kqueue.ENOMEM);
    assertEquals(linux_h.EPIPE(), Kqueue.EPIPE);
  }

  @Test
  void anEventIsLaidOutAsTheBackendTakesItForGranted() {
    assertEquals(32, kevent.sizeof());
    assertEquals(0, kevent.ident$offset() % Long.BYTES);
    assertEquals(0, kevent.data$offset() % Long.BYTES);
    assertEquals(0, kevent.udata$offset() % Long.BYTES);
  }
}
