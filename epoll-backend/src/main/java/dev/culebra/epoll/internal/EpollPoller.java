// SPDX-License-Identifier: Apache-2.0
package dev.culebra.epoll.internal;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.culebra.posix.CallState;
import dev.culebra.posix.Errno;
import dev.culebra.posix.Libc;
import dev.culebra.posix.PosixDgramSocket;
import dev.culebra.posix.PosixFile;
import dev.culebra.posix.PosixListenerSocket;
import dev.culebra.posix.PosixPipeEnd;
import dev.culebra.posix.PosixProcess;
import dev.culebra.posix.PosixSource;
import dev.culebra.posix.PosixStreamSocket;
import dev.culebra.posix.PosixWatch;
import dev.culebra.posix.Registration;
import dev.culebra.posix.Registrations;
import dev.culebra.posix.linux.timespec;
import dev.culebra.process.ProcessOptions;
import dev.culebra.spi.ChildProcess;
import dev.culebra.spi.DgramSocket;
import dev.culebra.spi.FileSource;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.PipeEnd;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.ProtocolFamily;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.file.Path;
import java.util.List;

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
final class EpollPoller implements Poller {

  private static final int MAX_EVENTS = 512;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** The id of the eventfd, which no registration has. */
  private static final long WAKER = 0;

  private final CallState calls = new CallState();
  private final Registrations registrations = new Registrations();
  private final MemorySegment events;
  private final MemorySegment change;
  private final MemorySegment timeout;
  private final int epfd;
  private final EventFd waker;

  private boolean preciseTimeouts;
  private boolean open = true;

  private EpollPoller(boolean preciseTimeouts) throws IOException {
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
  public void register(Pollable source, int interest, Object attachment) throws IOException {
    ensureOpen();
    PosixSource own = Registrations.own(this, source);
    int fd = usable(own);
    Registration added = registrations.add(own, interest, attachment);
    if (interest != 0) {
      try {
        control(Epoll.EPOLL_CTL_ADD, fd, toEvents(own, interest), added.id());
      } catch (IOException e) {
        registrations.remove(own);
        throw e;
      }
    }
  }

  @Override
  public void modify(Pollable source, int interest) throws IOException {
    ensureOpen();
    PosixSource own = Registrations.own(this, source);
    int fd = usable(own);
    Registration registration = registrations.get(own);
    int before = registration.interest();
    if (interest != before) {
      int operation = before == 0
          ? Epoll.EPOLL_CTL_ADD
          : interest == 0 ? Epoll.EPOLL_CTL_DEL : Epoll.EPOLL_CTL_MOD;
      control(operation, fd, toEvents(own, interest), registration.id());
      registration.setInterest(interest);
    }
  }

  @Override
  public void deregister(Pollable source) {
    PosixSource own = Registrations.own(this, source);
    Registration removed = registrations.remove(own);
    if (open && removed != null && removed.interest() != 0) {
      try {
        if (!isLost(own)) {
          control(Epoll.EPOLL_CTL_DEL, own.fd(), 0, removed.id());
        }
      } catch (IOException e) {
        // The kernel says that it does not watch this descriptor: somebody else has closed it.
        if (own.ownsDescriptor()) {
          throw new AssertionError("a descriptor was closed behind its owner's back", e);
        }
      }
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

  @Override
  public StreamSocket openStream(ProtocolFamily family) throws IOException {
    ensureOpen();
    return PosixStreamSocket.open(this, calls, family);
  }

  @Override
  public ListenerSocket openListener(ProtocolFamily family) throws IOException {
    ensureOpen();
    return PosixListenerSocket.open(this, calls, family);
  }

  @Override
  public Pollable watchDescriptor(int fd) throws IOException {
    ensureOpen();
    PosixWatch.requireForeign(calls, fd);
    requirePollable(fd);
    return PosixWatch.of(this, calls, fd);
  }

  @Override
  public PipeEnd openPipe(Path fifo, int direction) throws IOException {
    ensureOpen();
    PipeEnd opened = PosixPipeEnd.open(this, calls, fifo, direction == READ);
    try {
      if (direction == READ) {
        requirePollable(((PosixSource) opened).fd());
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  @Override
  public PipeEnd adoptPipe(int fd, int direction) throws IOException {
    ensureOpen();
    PosixWatch.requireForeign(calls, fd);
    if (direction == READ) {
      requirePollable(fd);
    }
    return PosixPipeEnd.adopt(this, calls, fd, direction == READ);
  }

  @Override
  public FileSource openFile(Path path) throws IOException {
    ensureOpen();
    return PosixFile.open(this, calls, path);
  }

  private int usable(PosixSource source) throws IOException {
    if (isLost(source)) {
      throw new ClosedChannelException();
    }
    return source.fd();
  }

  /**
   * Whether a foreign descriptor was closed under its watch, and its number is one of our own sockets' now.
   * What the kernel were told of that number would be about the socket.
   */
  private boolean isLost(PosixSource source) throws ClosedChannelException {
    return !source.ownsDescriptor() && calls.owns(source.fd());
  }

  /** Asks the kernel by trying it out. */
  private void requirePollable(int fd) throws IOException {
    EpollEvent.set(change, 0, 0, WAKER);
    int result = Epoll.control(calls, epfd, Epoll.EPOLL_CTL_ADD, fd, change);
    if (result == -Epoll.EPERM) {
      throw new IllegalArgumentException("epoll cannot watch fd " + fd + ": it is a regular file, a"
          + " directory or a device that is always ready; read and write it in runInExecutor");
    }
    if (result == -Epoll.EEXIST) {
      throw new IllegalStateException("this loop watches fd " + fd + " already");
    }
    check(result, "epoll_ctl(fd " + epfd + ", " + Epoll.EPOLL_CTL_ADD + ", fd " + fd + ")");
    control(Epoll.EPOLL_CTL_DEL, fd, 0, WAKER);
  }

  @Override
  public StreamSocket adopt(StreamSocket stream) throws IOException {
    ensureOpen();
    return PosixStreamSocket.adopt(this, calls, stream);
  }

  @Override
  public DgramSocket openDatagram(ProtocolFamily family) throws IOException {
    ensureOpen();
    return PosixDgramSocket.open(this, calls, family);
  }

  @Override
  public ChildProcess spawn(List<String> command, ProcessOptions options) throws IOException {
    ensureOpen();
    return PosixProcess.start(this, calls, command, options);
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      waker.close();
      Libc.close(epfd);
    }
  }

  private void control(int operation, int fd, int eventMask, long id) throws IOException {
    EpollEvent.set(change, 0, eventMask, id);
    int result = Epoll.control(calls, epfd, operation, fd, change);
    if (result < 0) {
      throw Errno.exception(
          -result, "epoll_ctl(fd " + epfd + ", " + operation + ", fd " + fd + ")");
    }
  }

  private void ensureOpen() {
    if (!open) {
      throw new ClosedSelectorException();
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

  private static int check(int result, String call) throws IOException {
    if (result < 0) {
      throw Errno.exception(-result, call);
    }
    return result;
  }
}
