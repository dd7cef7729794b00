// SPDX-License-Identifier: Apache-2.0
package dev.culebra.epoll.internal;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.posix.CallState;
import dev.culebra.posix.Link;
import dev.culebra.posix.linux.linux_h;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class EventFdTest {

  private static final MethodHandle READ = Link.call("read", linux_h.read$descriptor());

  private final CallState calls = new CallState();
  private final MemorySegment counter = Arena.ofAuto().allocate(JAVA_LONG);

  @Test
  void signalsBetweenTwoPollsAreOneWrite() throws Throwable {
    EventFd eventFd = EventFd.open(calls);
    eventFd.signal();
    eventFd.signal();
    assertEquals(1, count(eventFd));
    eventFd.signal();
    assertEquals(0, count(eventFd), "not rearmed yet");
    eventFd.rearm();
    eventFd.signal();
    assertEquals(1, count(eventFd));
    eventFd.close();
  }

  @Test
  void closingTwiceClosesOnce() throws Throwable {
    EventFd eventFd = EventFd.open(calls);
    eventFd.close();
    EventFd recycled = EventFd.open(calls);
    assertEquals(eventFd.fd(), recycled.fd());
    eventFd.close();
    eventFd.signal();
    recycled.signal();
    assertEquals(1, count(recycled), "still open, and nobody else wrote");
    recycled.close();
  }

  /** A signal that is between its two steps when the descriptor is closed must not write any more. */
  @Test
  void signalThatRacesWithCloseNeverWritesToARecycledDescriptor() throws Throwable {
    AtomicReference<EventFd> current = new AtomicReference<>(EventFd.open(calls));
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> wakers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Thread waker = new Thread(() -> {
        while (!over.get()) {
          current.get().signal();
        }
      });
      waker.start();
      wakers.add(waker);
    }
    int before = openEventFds();
    int recycled = 0;
    for (int i = 0; i < 3_000; i++) {
      EventFd victim = current.get();
      victim.rearm();
      victim.close();
      EventFd decoy = EventFd.open(calls); // nobody signals it: it is not current yet
      recycled += decoy.fd() == victim.fd() ? 1 : 0;
      Thread.onSpinWait();
      assertEquals(0, count(decoy), "a signal to the closed one was written to its successor");
      current.set(decoy);
    }
    over.set(true);
    for (Thread waker : wakers) {
      waker.join();
    }
    assertTrue(recycled > 0, "the kernel never gave a number again");
    assertEquals(before, openEventFds(), "closed once each");
    current.get().close();
  }

  private long count(EventFd eventFd) throws Throwable {
    long result = calls.result(
        (long) READ.invokeExact(calls.segment(), eventFd.fd(), counter, JAVA_LONG.byteSize()));
    if (result == -linux_h.EAGAIN()) {
      return 0;
    }
    assertEquals(JAVA_LONG.byteSize(), result);
    return counter.get(JAVA_LONG, 0);
  }

  /** Only those of this kind: the JVM opens files as it likes. */
  private static int openEventFds() throws IOException {
    int count = 0;
    try (DirectoryStream<Path> links = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path link : links) {
        try {
          count += Files.readSymbolicLink(link).toString().contains("[eventfd]") ? 1 : 0;
        } catch (NoSuchFileException e) {
          // the descriptor that reads this directory, or one of somebody else's
        }
      }
    }
    return count;
  }
}
