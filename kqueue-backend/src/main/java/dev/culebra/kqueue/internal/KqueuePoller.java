// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue.internal;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.culebra.posix.Errno;
import dev.culebra.posix.PosixPoller;
import dev.culebra.posix.PosixSource;
import dev.culebra.posix.PosixWatch;
import dev.culebra.posix.Registration;
import dev.culebra.posix.darwin.timespec;
import dev.culebra.spi.ReadySink;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for sockets with kqueue, level-triggered.
 *
 * <h2>Some facts about kqueue</h2>
 *
 * <p><b>Changes go with the call that waits.</b> An interest that changes is only noted down, once for
 * each source however often it changes; before the next wait what is different from what the kernel has
 * goes to it, all in one call. That hides two hazards. The kernel knows a source by the number of its
 * descriptor, and by the time of that call the number may be another's: so a source leaves the kernel at
 * once, in a call of its own, and takes what was noted down with it; and what others own, and may close
 * at any time, is changed at once as well. And an error comes too late for whoever asked: see below.
 *
 * <p><b>Closing a descriptor ends its filters</b>, unlike in epoll also while a copy of it lives. It is
 * not relied upon: a source that leaves need not be closed, and stand-ins for kqueue on other systems do
 * not see a close. The kernel is given an id that is never used again, since within one batch an event
 * may be for a source that the sink has closed meanwhile.
 *
 * <p><b>What the kernel refuses is ready.</b> FreeBSD and older Darwins refuse to watch the end of a pipe
 * whose other end is gone (EPIPE), and Darwin a process that has ended but was not waited for (ESRCH).
 * Both are what the source's owner waits for: its next write, or its tryReap, tells. So a source that
 * is refused is settled: ready at each poll until its interest changes. Only for descriptors of others
 * every other error is thrown, by the call that asked. A call that reports errors hands out no events
 * and does not wait: it is made once more, so that a source that is refused holds up nobody.
 *
 * <p><b>A filter is one event.</b> A socket that can be read and written is reported twice, and so what
 * came is put together first and handed out then. EV_EOF adds nothing to the event that it comes with:
 * data may be left to read before the end, and each filter has an EV_EOF of its own.
 *
 * <p><b>Some events come once.</b> The end of a process does (EV_ONESHOT); it may come even before the
 * process can be reaped, so the source is settled then. The death of a pipe's reader shows as the EV_EOF
 * of EVFILT_WRITE, which is ready all the time for other reasons: with EV_CLEAR it is reported only when
 * something has changed, and no other change counts. Of a FIFO, a pipe with a name, Darwin tells no
 * end at all, to readers neither: see {@code PosixPipeEnd}.
 *
 * <p><b>Timeouts count nanoseconds</b>, but Darwin refuses very long ones; after a day it is called again.
 */
final class KqueuePoller extends PosixPoller {

  /** The id of the waker and of deletions, which no registration has. */
  static final long NOBODY = 0;

  private static final int MAX_EVENTS = 512;
  private static final int USUAL_CHANGES = 256;
  private static final int CHANGES_OF_ONE = 4;
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long LONGEST_WAIT_NANOS = TimeUnit.DAYS.toNanos(1);

  private final Changelist changes = new Changelist(USUAL_CHANGES);
  private final Changelist change = new Changelist(CHANGES_OF_ONE);
  private final MemorySegment timeout;
  private final UserEvent waker;

  /** Whose filters are to be changed before the next wait. */
  private final List<KqueueRegistration> queued = new ArrayList<>();

  /** Who is ready without the kernel's saying so: almost always nobody. */
  private final List<KqueueRegistration> settled = new ArrayList<>();

  /** The descriptors of others that the kernel has filters for. */
  private final BitSet foreign = new BitSet();

  private MemorySegment events = Changelist.allocate(MAX_EVENTS);
  private int maxEvents = MAX_EVENTS;

  private KqueuePoller() throws IOException {
    super(KqueueRegistration::new);
    this.timeout = Arena.ofAuto().allocate(timespec.layout()); // see CallState
    this.waker = UserEvent.open(calls);
  }

  /** Opens a poller. */
  static KqueuePoller open() throws IOException {
    return new KqueuePoller();
  }

  @Override
  protected void change(PosixSource source, Registration registration, int interest)
      throws IOException {
    KqueueRegistration own = (KqueueRegistration) registration;
    if (source.isProcess()) {
      if (own.isSettled) {
        settle(own);
      }
      queue(own);
      return;
    }
    own.isSettled = false;
    if (source.ownsDescriptor()) {
      queue(own);
      return;
    }
    int fd = source.fd();
    if (registration.interest() == 0 && foreign.get(fd)) {
      throw Errno.exception(Kqueue.EEXIST, "kevent(fd " + fd + ")");
    }
    changeNow(own, KqueueRegistration.filtersFor(source, interest));
    foreign.set(fd, interest != 0);
  }

  @Override
  protected void forget(PosixSource source, Registration removed) throws IOException {
    KqueueRegistration own = (KqueueRegistration) removed;
    if (!source.ownsDescriptor() && removed.interest() != 0) {
      foreign.clear(source.fd());
    }
    if (own.filters != 0 && !isLost(source)) {
      int errno = apply(own, 0);
      if (errno != 0 && !source.isProcess()) { // of one that has ended the kernel knows no more
        throw Errno.exception(errno, "kevent(fd " + source.fd() + ", EV_DELETE)");
      }
    }
  }

  @Override
  public int poll(long timeoutNanos, ReadySink sink) throws IOException {
    ensureOpen();
    int found = await(timeoutNanos);
    waker.rearm(); // a wake-up from here on is the next poll's
    for (int i = 0; i < settled.size(); i++) {
      settled.get(i).readiness |= settled.get(i).interest();
    }
    int handedOut = 0;
    for (int i = 0; i < found; i++) {
      handedOut += handOut(find(KEvent.udata(events, i)), sink);
    }
    for (int i = 0; i < settled.size(); i++) {
      handedOut += handOut(find(settled.get(i).id()), sink);
    }
    return handedOut;
  }

  /** Waits for events and, after what is nobody's business, goes on for the time that is left. */
  private int await(long timeoutNanos) throws IOException {
    long startNanos = timeoutNanos > 0 ? System.nanoTime() : 0;
    int changeCount = takeChanges();
    long leftNanos = settled.isEmpty() ? timeoutNanos : 0;
    while (true) {
      int found = awaitOnce(changeCount, leftNanos);
      changeCount = 0; // the kernel has them, though a signal came or some were refused
      if (found > 0 && collect(found)) {
        return found;
      }
      if (found < 0 && found != -Kqueue.EINTR) {
        check(found, "kevent()");
      }
      if (!settled.isEmpty()) {
        leftNanos = 0;
      } else if (timeoutNanos > 0) {
        leftNanos = Math.max(0, timeoutNanos - (System.nanoTime() - startNanos));
      }
      if (found == 0 && leftNanos == 0) {
        return 0;
      }
    }
  }

  private int awaitOnce(int changeCount, long timeoutNanos) {
    MemorySegment limit = MemorySegment.NULL;
    if (timeoutNanos >= 0) {
      long nanos = Math.min(timeoutNanos, LONGEST_WAIT_NANOS);
      timeout.set(JAVA_LONG, timespec.tv_sec$offset(), nanos / NANOS_PER_SECOND);
      timeout.set(JAVA_LONG, timespec.tv_nsec$offset(), nanos % NANOS_PER_SECOND);
      limit = timeout;
    }
    return Kqueue.control(
        calls, waker.fd(), changes.entries(), changeCount, events, maxEvents, limit);
  }

  @Override
  public void wakeup() {
    waker.signal();
  }

  /** Asks the kernel by trying it out. */
  @Override
  protected void requirePollable(int fd) throws IOException {
    PosixWatch.requireNoFile(fd);
    if (foreign.get(fd)) {
      throw new IllegalStateException("this loop watches fd " + fd + " already");
    }
    change.clear();
    change.add(fd, Kqueue.EVFILT_READ, Kqueue.EV_ADD | Kqueue.EV_RECEIPT, 0, NOBODY);
    change.add(fd, Kqueue.EVFILT_READ, Kqueue.EV_DELETE | Kqueue.EV_RECEIPT, 0, NOBODY);
    int told = change.apply(calls, waker.fd());
    int errno = told > 0 ? KEvent.errno(change.entries(), 0) : 0;
    if (errno == Kqueue.EBADF || errno == Kqueue.ENOMEM) {
      throw Errno.exception(errno, "kevent(fd " + fd + ")");
    }
    if (errno != 0) {
      throw new IllegalArgumentException("kqueue cannot watch fd " + fd + ": it is a device that"
          + " does not tell when it is ready; read and write it in runInExecutor");
    }
  }

  @Override
  protected boolean watchesProcesses() {
    return true;
  }

  @Override
  protected void release() {
    waker.close(); // and with it the kqueue
  }

  private void queue(KqueueRegistration registration) {
    if (!registration.isQueued) {
      registration.isQueued = true;
      queued.add(registration);
    }
  }

  /** Puts together what is different from what the kernel was told last; returns how many changes. */
  private int takeChanges() throws IOException {
    if (!settled.isEmpty()) {
      settled.removeIf(each -> !isStillSettled(each));
    }
    changes.clear();
    for (int i = 0; i < queued.size(); i++) {
      KqueueRegistration each = queued.get(i);
      each.isQueued = false;
      if (find(each.id()) != null && !each.isSettled) {
        changes.add(each, KqueueRegistration.filtersFor(each.source(), each.interest()), 0);
      }
    }
    queued.clear();
    if (changes.count() > maxEvents) { // each of which may be refused, by an event
      maxEvents = changes.count();
      events = Changelist.allocate(maxEvents);
    }
    return changes.count();
  }

  private boolean isStillSettled(KqueueRegistration registration) {
    return registration.isSettled
        && registration.interest() != 0
        && find(registration.id()) != null;
  }

  private void settle(KqueueRegistration registration) {
    registration.isSettled = true;
    if (!settled.contains(registration)) {
      settled.add(registration);
    }
  }

  /** Takes down what came, until it is handed out; returns whether it is of any interest. */
  private boolean collect(int found) {
    boolean any = false;
    for (int i = 0; i < found; i++) {
      int flags = KEvent.flags(events, i);
      KqueueRegistration registration = find(KEvent.udata(events, i));
      if (registration == null) {
        // The waker's. An error is that of a deletion: what was to be deleted is there no more.
        any |= (flags & Kqueue.EV_ERROR) == 0;
      } else {
        any |= registration.note(KEvent.filter(events, i), flags);
        if (registration.isSettled) {
          settle(registration);
        }
      }
    }
    return any;
  }

  private @Nullable KqueueRegistration find(long id) {
    return (KqueueRegistration) registrations.find(id);
  }

  private static int handOut(@Nullable KqueueRegistration registration, ReadySink sink) {
    if (registration == null) { // the waker's, or it comes too late
      return 0;
    }
    int readiness = registration.readiness & registration.interest();
    registration.readiness = 0;
    if (readiness == 0) { // it was handed out, or nobody asks for it any more
      return 0;
    }
    sink.ready(registration.attachment(), readiness);
    return 1;
  }

  /** Tells the kernel before this returns, and throws what it refuses. */
  private void changeNow(KqueueRegistration registration, int wanted) throws IOException {
    int before = registration.filters;
    int errno = apply(registration, wanted);
    if (errno == Kqueue.EPIPE) { // nobody reads what is to be written: the next write tells
      settle(registration);
    } else if (errno != 0) {
      int ignored = apply(registration, before); // the first error is the one to tell
      int fd = registration.source().fd();
      throw Errno.exception(errno, "kevent(fd " + fd + ")");
    }
  }

  /** Gives one source other filters, and returns the first errno that is the answer to that, or 0. */
  private int apply(KqueueRegistration registration, int wanted) throws IOException {
    change.clear();
    change.add(registration, wanted, Kqueue.EV_RECEIPT);
    int told = change.apply(calls, waker.fd());
    int first = 0;
    for (int i = 0; i < told; i++) {
      int errno = KEvent.errno(change.entries(), i);
      if (errno != 0) {
        first = first == 0 ? errno : first;
        if (KEvent.udata(change.entries(), i) != NOBODY) {
          registration.lose(KEvent.filter(change.entries(), i));
        }
      }
    }
    return first;
  }
}
