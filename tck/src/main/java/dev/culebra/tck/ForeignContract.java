// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.spi.PipeEnd;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What others made: descriptors or channels to watch, and pipes to take over. A backend takes either the
 * one or the other; the ends of the test's pipes are of the kind that this one takes.
 */
abstract class ForeignContract extends SpiContract {

  /** Descriptors that nobody owns yet. */
  private final Set<Integer> bare = new HashSet<>();

  /** The ends of a pipe: descriptors or channels. */
  private record Ends(Object source, Object sink) {}

  private Ends pipe() throws Exception {
    int[] descriptors = tck().openPipe();
    if (descriptors == null) {
      Pipe pipe = Pipe.open();
      return new Ends(closing(pipe.source()), closing(pipe.sink()));
    }
    for (int fd : descriptors) {
      bare.add(fd);
      closing(() -> {
        if (bare.remove(fd)) {
          try (Poller owner = backend().openPoller();
              PipeEnd end = owner.adoptPipe(fd, fd == descriptors[0] ? READ : WRITE)) {
            assertTrue(end.isOpen());
          }
        }
      });
    }
    return new Ends(descriptors[0], descriptors[1]);
  }

  private Pollable watch(Object end) throws IOException {
    if (end instanceof SelectableChannel channel) {
      channel.configureBlocking(false);
      return closing(poller().watchChannel(channel));
    }
    return closing(poller().watchDescriptor((int) end));
  }

  private PipeEnd adopt(Object end, int direction) throws IOException {
    if (end instanceof SelectableChannel channel) {
      return closing(poller().adoptPipe(channel, direction));
    }
    PipeEnd adopted = closing(poller().adoptPipe((int) end, direction));
    bare.remove((int) end);
    return adopted;
  }

  private PipeEnd source(Ends ends) throws IOException {
    return adopt(ends.source(), READ);
  }

  private PipeEnd sink(Ends ends) throws IOException {
    return adopt(ends.sink(), WRITE);
  }

  private static int write(PipeEnd sink, int length) throws IOException {
    return sink.write(ByteBuffer.wrap(pattern(length)));
  }

  // Watching

  @Rule(2)
  @Test
  void whatIsWatchedIsLevelTriggered() throws Exception {
    Ends ends = pipe();
    Pollable watch = watch(ends.source());
    poller().register(watch, READ, "watch");
    assertSilent("watch");
    write(sink(ends), 10);
    for (int i = 0; i < 3; i++) {
      await("watch", READ);
    }
    poller().modify(watch, 0);
    assertSilent("watch");
    poller().modify(watch, READ);
    await("watch", READ);
    poller().deregister(watch);
    assertSilent("watch");
  }

  @Rule(3)
  @Test
  void theEndOfWhatIsWatchedIsReported() throws Exception {
    Ends ends = pipe();
    poller().register(watch(ends.source()), READ, "watch");
    sink(ends).close();
    await("watch", READ);
  }

  @Rule(5)
  @Test
  void whatIsWatchedNoLongerIsFreeAtOnce() throws Exception {
    Ends ends = pipe();
    write(sink(ends), 1);
    for (int i = 0; i < 3; i++) {
      Pollable watch = watch(ends.source());
      poller().register(watch, READ, "watch");
      await("watch", READ);
      watch.close();
      watch.close();
      assertFalse(watch.isOpen());
      if (ends.source() instanceof SelectableChannel channel) {
        assertFalse(channel.isRegistered());
        channel.configureBlocking(true);
      }
      assertSilent("watch");
    }
    ByteBuffer target = ByteBuffer.allocate(10);
    assertEquals(1, source(ends).read(target));
  }

  @Rule(5)
  @Test
  void aWatchThatTheSinkClosesGetsNoEventOfThatPoll() throws Exception {
    Ends one = pipe();
    Ends two = pipe();
    write(sink(one), 1);
    write(sink(two), 1);
    Pollable[] watches = {watch(one.source()), watch(two.source())};
    poller().register(watches[0], READ, 0);
    poller().register(watches[1], READ, 1);
    awaitTogether(0, 1);
    int[] told = {0};
    poller().poll(patienceNanos(), (attachment, readiness) -> {
      told[0]++;
      watches[1 - (int) attachment].close();
    });
    assertEquals(1, told[0]);
  }

  @Rule(11)
  @Test
  void closingAWatchLeavesWhatItWatchedOpen() throws Exception {
    Ends ends = pipe();
    watch(ends.source()).close();
    Pollable registered = watch(ends.source());
    poller().register(registered, READ, "watch");
    registered.close();
    PipeEnd sink = sink(ends);
    PipeEnd source = source(ends);
    assertEquals(5, write(sink, 5));
    assertEquals(5, source.read(ByteBuffer.allocate(10)));
  }

  @Rule(1)
  @Test
  void whatThePollerHasIsNeitherWatchedNorAdoptedTwice() throws Exception {
    Ends ends = pipe();
    PipeEnd source = source(ends);
    assertThrows(IllegalStateException.class, () -> watch(ends.source()));
    assertThrows(IllegalStateException.class, () -> source(ends));
    source.close();
  }

  @Rule(1)
  @Test
  void aWatchOfAnotherPollerIsRefused() throws Exception {
    Ends ends = pipe();
    Pollable watch = watch(ends.source());
    try (Poller other = backend().openPoller()) {
      assertThrows(IllegalArgumentException.class, () -> other.register(watch, READ, "watch"));
    }
  }

  @Rule(11)
  @Test
  void aClosedPollerWatchesAndAdoptsNothing() throws Exception {
    Ends ends = pipe();
    Pollable watch = watch(ends.source());
    poller().close();
    watch.close();
    assertThrows(ClosedSelectorException.class, () -> watch(ends.source()));
    assertThrows(ClosedSelectorException.class, () -> source(ends));
  }

  @Rule(9)
  @Test
  void whatCannotBeWatchedIsRefused() throws Exception {
    int[] descriptors = tck().openPipe();
    if (descriptors != null) {
      closeBare(descriptors);
      assertThrows(IllegalArgumentException.class, () -> poller().watchDescriptor(-1));
      assertThrows(IOException.class, () -> poller().watchDescriptor(descriptors[0]));
      assertThrows(IllegalArgumentException.class, () -> poller().adoptPipe(-1, READ));
      assertThrows(IOException.class, () -> poller().adoptPipe(descriptors[0], READ));
      assertThrows(IOException.class, () -> poller().adoptPipe(descriptors[0], WRITE));
    } else {
      Pipe pipe = Pipe.open();
      SelectableChannel blocking = closing(pipe.source());
      assertThrows(IllegalArgumentException.class, () -> poller().watchChannel(blocking));
      assertThrows(IllegalArgumentException.class, () -> poller().adoptPipe(blocking, WRITE));
      assertTrue(blocking.isBlocking());
      blocking.close();
      assertThrows(ClosedChannelException.class, () -> poller().watchChannel(blocking));
      assertThrows(ClosedChannelException.class, () -> poller().adoptPipe(blocking, READ));
      pipe.sink().close();
    }
  }

  private void closeBare(int[] descriptors) throws IOException {
    poller().adoptPipe(descriptors[0], READ).close();
    poller().adoptPipe(descriptors[1], WRITE).close();
  }

  // Pipes

  @Rule(8)
  @Test
  void wouldBlockIsZeroAndTheEndMinusOneInPipesToo() throws Exception {
    Ends ends = pipe();
    PipeEnd source = source(ends);
    PipeEnd sink = sink(ends);
    for (ByteBuffer target :
        new ByteBuffer[] {ByteBuffer.allocate(100), ByteBuffer.allocateDirect(100)}) {
      assertEquals(0, source.read(target));
      target.position(7).limit(17);
      assertEquals(20, write(sink, 20));
      assertEquals(10, source.read(target));
      assertEquals(17, target.position());
      target.clear();
      assertEquals(10, source.read(target));
    }
    sink.close();
    for (int i = 0; i < 3; i++) {
      assertEquals(-1, source.read(ByteBuffer.allocate(1)));
    }
  }

  @Rule(8)
  @Test
  void aFullPipeTakesNothingUntilItIsRead() throws Exception {
    Ends ends = pipe();
    PipeEnd source = source(ends);
    PipeEnd sink = sink(ends);
    byte[] sent = pattern(3_000_000);
    byte[] got = new byte[sent.length];
    ByteBuffer[] from = {
      ByteBuffer.allocateDirect(1_000_000).put(sent, 0, 1_000_000).flip(),
      ByteBuffer.wrap(sent, 1_000_000, 1_000_000),
      ByteBuffer.allocate(0),
      ByteBuffer.wrap(sent, 2_000_000, 1_000_000).asReadOnlyBuffer()
    };
    ByteBuffer to = ByteBuffer.wrap(got);
    poller().register(sink, WRITE, "sink");
    while (to.hasRemaining()) {
      if (sink.write(from, 0, from.length) == 0
          && Arrays.stream(from).anyMatch(ByteBuffer::hasRemaining)) {
        assertSilent("sink");
      }
      if (source.read(to) > 0 && to.hasRemaining()) {
        while (source.read(to) > 0) {
          // to the last byte, since a pipe is writable only when a page of it is free
        }
        await("sink", WRITE);
      }
    }
    assertArrayEquals(sent, got);
  }

  @Rule(9)
  @Test
  void aPipeIsUsedInOneDirectionOnly() throws Exception {
    Ends ends = pipe();
    PipeEnd source = source(ends);
    PipeEnd sink = sink(ends);
    assertThrows(NonWritableChannelException.class, () -> write(source, 1));
    assertThrows(
        NonWritableChannelException.class,
        () -> source.write(new ByteBuffer[] {ByteBuffer.allocate(1)}, 0, 1));
    assertThrows(NonReadableChannelException.class, () -> sink.read(ByteBuffer.allocate(1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> source.read(ByteBuffer.allocate(1).asReadOnlyBuffer()));
    assertFalse(source.watchesReader());
  }

  @Rule(9)
  @Test
  void writingToAPipeThatNobodyReadsThrows() throws Exception {
    Ends ends = pipe();
    PipeEnd sink = sink(ends);
    source(ends).close();
    for (int i = 0; i < 2; i++) {
      IOException thrown = assertThrows(IOException.class, () -> write(sink, 1));
      assertTrue(String.valueOf(thrown.getMessage()).contains("Broken pipe"), thrown.getMessage());
    }
  }

  @Rule(3)
  @Test
  void theDeathOfTheReaderIsReportedWhereItCanBe() throws Exception {
    Ends ends = pipe();
    PipeEnd sink = sink(ends);
    PipeEnd source = source(ends);
    assumeTrue(sink.watchesReader(), "this backend does not tell of it");
    poller().register(sink, READ, "sink");
    assertSilent("sink");
    write(sink, 1);
    assertSilent("sink");
    source.close();
    await("sink", READ);
    poller().modify(sink, 0);
    assertSilent("sink");
  }

  @Rule(11)
  @Test
  void aClosedPipeEndThrowsClosedChannelException() throws Exception {
    Ends ends = pipe();
    PipeEnd source = source(ends);
    PipeEnd sink = sink(ends);
    poller().register(source, READ, "source");
    for (PipeEnd end : new PipeEnd[] {source, sink}) {
      end.close();
      end.close();
      assertFalse(end.isOpen());
      assertThrows(ClosedChannelException.class, () -> end.read(ByteBuffer.allocate(1)));
      assertThrows(ClosedChannelException.class, () -> end.write(ByteBuffer.allocate(1)));
      assertThrows(ClosedChannelException.class, () -> poller().register(end, READ, "closed"));
    }
  }

  @Rule(5)
  @Test
  void thePeerSeesTheEndAsSoonAsAPipeIsClosed() throws Exception {
    Ends ends = pipe();
    PipeEnd source = source(ends);
    PipeEnd sink = sink(ends);
    poller().register(sink, WRITE, "sink");
    await("sink", WRITE);
    sink.close();
    assertEquals(-1, source.read(ByteBuffer.allocate(1)));
  }
}
