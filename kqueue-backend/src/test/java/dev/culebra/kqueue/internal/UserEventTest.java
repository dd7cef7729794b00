// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.posix.CallState;
import dev.culebra.posix.darwin.timespec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UserEventTest {

  private final CallState calls = new CallState();
  private final MemorySegment events = Changelist.allocate(4);
  private final MemorySegment noTime = Arena.ofAuto().allocate(timespec.layout());

  @BeforeEach
  void assumeKqueue() {
    Shim.assumeAvailable();
  }

  @Test
  void signalsBetweenTwoPollsAreOneEvent() throws Exception {
    UserEvent event = UserEvent.open(calls);
    event.signal();
    event.signal();
    assertEquals(1, count(event));
    event.signal();
    assertEquals(0, count(event), "not rearmed yet");
    event.rearm();
    event.signal();
    assertEquals(1, count(event));
    assertEquals(0, count(event), "an event is reported once");
    event.close();
  }

  @Test
  void closingTwiceClosesOnce() throws Exception {
    UserEvent event = UserEvent.open(calls);
    event.close();
    UserEvent recycled = UserEvent.open(calls);
    event.close();
    event.signal();
    recycled.signal();
    assertEquals(1, count(recycled), "still open, and nobody else signalled");
    recycled.close();
  }

  /** A signal that is between its two steps when the kqueue is closed must not reach another any more. */
  @Test
  void signalThatRacesWithCloseNeverReachesARecycledKqueue() throws Exception {
    AtomicReference<UserEvent> current = new AtomicReference<>(UserEvent.open(calls));
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
    int before = openKqueues();
    int recycled = 0;
    for (int i = 0; i < 3_000; i++) {
      UserEvent victim = current.get();
      victim.rearm();
      victim.close();
      UserEvent decoy = UserEvent.open(calls); // nobody signals it: it is not current yet
      recycled += decoy.fd() == victim.fd() ? 1 : 0;
      Thread.onSpinWait();
      assertEquals(0, count(decoy), "a signal to the closed one reached its successor");
      current.set(decoy);
    }
    over.set(true);
    for (Thread waker : wakers) {
      waker.join();
    }
    assertTrue(recycled > 0, "the kernel never gave a number again");
    assertEquals(before, openKqueues(), "closed once each");
    current.get().close();
  }

  private int count(UserEvent event) {
    return Kqueue.control(calls, event.fd(), MemorySegment.NULL, 0, events, 4, noTime);
  }

  /** Those of the shim, which are epoll instances; 0 elsewhere. */
  private static int openKqueues() throws IOException {
    int count = 0;
    if (Shim.isUsed()) {
      try (DirectoryStream<Path> links = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
        for (Path link : links) {
          try {
            count += Files.readSymbolicLink(link).toString().contains("[eventpoll]") ? 1 : 0;
          } catch (NoSuchFileException e) {
            // the descriptor that reads this directory, or one of somebody else's
          }
        }
      }
    }
    return count;
  }
}
