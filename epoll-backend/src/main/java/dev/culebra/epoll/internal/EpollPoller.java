// SPDX-License-Identifier: Apache-2.0
package dev.culebra.epoll.internal;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.culebra.posix.Libc;
import dev.culebra.posix.PosixPoller;
import dev.culebra.posix.PosixSource;
import dev.culebra.posix.Registration;
import dev.culebra.posix.linux.timespec;
import dev.culebra.spi.ReadySink;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Waits for sockets with epoll, level-triggered.
 *
 * <h2>Some facts about epoll</h2>
 *
 * <p><b>It watches open file descriptions, not descriptors.</b> Closing a descriptor does not end the
 * watch while a copy of it lives, in a child process between its fork and its exec for one, and events
 * go on to come for a number that means another socket by then. Therefore a source is always taken out
 * by hand before its descriptor is closed, and the kernel is given an id that is never used again
 * instead of the number. Within one batch, too, an event may be for a source that the sink has closed
 * meanwhile: its id finds nothing.
 *
 * <p><b>Errors and hang-ups cannot be masked.</b> A source without interest that hangs up would end
 * every wait at once, for ever. Therefore a source with interest 0 is not in the kernel's set at all;
 * pausing and resuming are a DEL and an ADD rather than two MODs, at the same price.
 *
 * <p><b>Level-triggered costs nothing here.</b> Edge-triggered would spare nothing but the MODs that
 * switch WRITE on and off, which a server that keeps up never makes, and would ask every reader to
 * drain its socket: one more recv for each message, the one that returns EAGAIN. A batch that leaves
 * ready sources behind loses none, and the kernel puts those it reported at the end of its list, so
 * that a fixed array starves nobody.
 *
 * <p><b>epoll_wait counts milliseconds.</b> epoll_pwait2 (Linux 5.11, glibc 2.35) counts nanoseconds,
 * so timers are exact. A sandbox may refuse it though the C library has it, which shows at the first
 * call; from then on timeouts are rounded up to the millisecond. It is used only where there is a
 * timeout: the other two kinds of wait need no precision.
 */
final class EpollPoller extends PosixPoller {

  private static final int MAX_EVENTS = 512;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** The id of the eventfd, which no registration has. */
  private static final long WAKER = 0;

  private final MemorySegment events;
  private final MemorySegment change;
  private final MemorySegment timeout;
  private final int epfd;
  private final EventFd waker;

  private boolean preciseTimeouts;

  private EpollPoller(boolean preciseTimeouts) throws IOException {
    super(Registration::new);
    Arena arena = Arena.ofAuto(); // see CallState
    this.events = arena.allocate(EpollEvent.arrayBytes(MAX_EVENTS), Long.BYTES);
    this.change = arena.allocate(EpollEvent.arrayBytes(1), Long.BYTES);
    this.timeout = arena.allocate(timespec.layout());
    this.preciseTimeouts = preciseTimeouts;
    this.epfd = check(Epoll.create(calls), "epoll_create1()");
    try {
      this.waker = EventFd.open(calls);
    } catch (IOException e) {
      Libc.close(epfd);
      throw e;
    }
  }

  /** Opens a poller, whose timeouts are in nanoseconds if the C library has epoll_pwait2. */
  static EpollPoller open(boolean preciseTimeouts) throws IOException {
    EpollPoller poller = new EpollPoller(preciseTimeouts);
    try {
      poller.control(Epoll.EPOLL_CTL_ADD, poller.waker.fd(), Epoll.EPOLLIN | Epoll.EPOLLET, WAKER);
    } catch (IOException e) {
      poller.close();
      throw e;
    }
    return poller;
  }

  @Override
  protected void change(PosixSource source, Registration registration, int interest)
      throws IOException {
    int operation = registration.interest() == 0
        ? Epoll.EPOLL_CTL_ADD
        : interest == 0 ? Epoll.EPOLL_CTL_DEL : Epoll.EPOLL_CTL_MOD;
    control(operation, source.fd(), toEvents(source, interest), registration.id());
  }

  @Override
  protected void forget(PosixSource source, Registration removed) throws IOException {
    if (removed.interest() != 0 && !isLost(source)) {
      control(Epoll.EPOLL_CTL_DEL, source.fd(), 0, removed.id());
    }
  }

  @Override
  public int poll(long timeoutNanos, ReadySink sink) throws IOException {
    ensureOpen();
    int found = await(timeoutNanos);
    waker.rearm(); // a wake-up from here on is the next poll's
    int handedOut = 0;
    for (int i = 0; i < found; i++) {
      Registration registration = registrations.find(EpollEvent.data(events, i));
      if (registration != null) { // else it is the waker's, or comes too late
        int readiness = toReadiness(EpollEvent.events(events, i), registration.interest());
        if (readiness != 0) {
          sink.ready(registration.attachment(), readiness);
          handedOut++;
        }
      }
    }
    return handedOut;
  }

  /** Waits for events and, after a signal, goes on for the time that is left. */
  private int await(long timeoutNanos) throws IOException {
    long startNanos = timeoutNanos > 0 ? System.nanoTime() : 0;
    long leftNanos = timeoutNanos;
    int found;
    while ((found = awaitOnce(leftNanos)) == -Epoll.EINTR) {
      if (timeoutNanos > 0) {
        leftNanos = Math.max(0, timeoutNanos - (System.nanoTime() - startNanos));
      }
    }
    return check(found, "epoll_wait()");
  }

  private int awaitOnce(long timeoutNanos) {
    if (timeoutNanos > 0 && preciseTimeouts) {
      timeout.set(JAVA_LONG, timespec.tv_sec$offset(), timeoutNanos / NANOS_PER_SECOND);
      timeout.set(JAVA_LONG, timespec.tv_nsec$offset(), timeoutNanos % NANOS_PER_SECOND);
      int found = Epoll.await(calls, epfd, events, MAX_EVENTS, timeout);
      if (found != -Epoll.ENOSYS && found != -Epoll.EPERM) {
        return found;
      }
      preciseTimeouts = false;
    }
    return Epoll.await(calls, epfd, events, MAX_EVENTS, toMillis(timeoutNanos));
  }

  @Override
  public void wakeup() {
    waker.signal();
  }

  /** Asks the kernel by trying it out. */
  @Override
  protected void requirePollable(int fd) throws IOException {
    EpollEvent.set(change, 0, 0, WAKER);
    int result = Epoll.control(calls, epfd, Epoll.EPOLL_CTL_ADD, fd, change);
    if (result == -Epoll.EPERM) {
      throw new IllegalArgumentException("epoll cannot watch fd " + fd + ": it is a regular file, a"
          + " directory or a device that is always ready; read and write it in runInExecutor");
    }
    if (result == -Epoll.EEXIST) {
      throw new IllegalStateException("this loop watches fd " + fd + " already");
    }
    check(result, Epoll.EPOLL_CTL_ADD, fd);
    control(Epoll.EPOLL_CTL_DEL, fd, 0, WAKER);
  }

  @Override
  protected boolean watchesProcesses() {
    return false; // a pidfd is a descriptor as any other
  }

  @Override
  protected void release() {
    waker.close();
    Libc.close(epfd);
  }

  private void control(int operation, int fd, int eventMask, long id) throws IOException {
    EpollEvent.set(change, 0, eventMask, id);
    check(Epoll.control(calls, epfd, operation, fd, change), operation, fd);
  }

  private void check(int result, int operation, int fd) throws IOException {
    if (result < 0) { // else no text is put together
      check(result, "epoll_ctl(fd " + epfd + ", " + operation + ", fd " + fd + ")");
    }
  }

  private static int toEvents(PosixSource source, int asked) {
    int interest = source.kernelInterest(asked);
    return ((interest & READ) != 0 ? Epoll.EPOLLIN : 0)
        | ((interest & WRITE) != 0 ? Epoll.EPOLLOUT : 0);
  }

  /** Errors and hang-ups are folded into whatever is asked for: the next read or write tells. */
  private static int toReadiness(int eventMask, int interest) {
    if ((eventMask & (Epoll.EPOLLERR | Epoll.EPOLLHUP)) != 0) {
      return interest;
    }
    return interest
        & (((eventMask & Epoll.EPOLLIN) != 0 ? READ : 0)
            | ((eventMask & Epoll.EPOLLOUT) != 0 ? WRITE : 0));
  }

  /** Rounds up: a loop that woke too early would spin until its timer is due. */
  private static int toMillis(long timeoutNanos) {
    if (timeoutNanos <= 0) {
      return timeoutNanos < 0 ? -1 : 0;
    }
    return (int) Math.min((timeoutNanos - 1) / NANOS_PER_MILLI + 1, Integer.MAX_VALUE);
  }
}
