// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.spi.LoopThread;
import dev.culebra.spi.Pollable;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Knows which descriptors and channels of others have callbacks: asyncio's {@code add_reader} and its
 * kin. Each has one source, from its first callback to the removal of its last, which takes it out of the
 * kernel's set at once.
 */
@LoopThread
final class ForeignWatches {

  private final SocketLoop loop;

  /** By descriptor number, or by channel. */
  private final Map<Object, Watched> watched = new HashMap<>();

  ForeignWatches(SocketLoop loop) {
    this.loop = loop;
  }

  /** A source, and what takes it away with the loop. */
  private record Watched(SourceWatch watch, Runnable closer) {}

  /** Makes a source of what is to be watched. */
  private interface Opener {
    Pollable open() throws IOException;
  }

  void add(int fd, int bit, Runnable callback) throws IOException {
    add(fd, () -> loop.poller().watchDescriptor(fd), bit, callback);
  }

  void add(SelectableChannel channel, int bit, Runnable callback) throws IOException {
    Objects.requireNonNull(channel, "channel");
    add(channel, () -> loop.poller().watchChannel(channel), bit, callback);
  }

  private void add(Object key, Opener opener, int bit, Runnable callback) throws IOException {
    Objects.requireNonNull(callback, "callback: there is nothing to run");
    Watched known = watched.get(key);
    Watched entry = known != null ? known : open(key, opener);
    try {
      entry.watch.setCallback(bit, callback);
    } catch (IOException | RuntimeException e) {
      close(key, entry); // it was closed behind our back, and whatever watched it is of no use
      throw e;
    }
  }

  private Watched open(Object key, Opener opener) throws IOException {
    SourceWatch watch = new SourceWatch(loop, opener.open());
    Watched entry = new Watched(watch, watch::close);
    watched.put(key, entry);
    loop.own(entry.closer);
    return entry;
  }

  boolean remove(Object key, int bit) {
    Watched entry = watched.get(Objects.requireNonNull(key, "channel"));
    if (entry == null || !entry.watch.removeCallback(bit)) {
      return false;
    }
    if (!entry.watch.isAwaited()) {
      close(key, entry);
    }
    return true;
  }

  /** Refuses to have what is watched taken over. */
  void requireUnwatched(Object key) {
    if (watched.containsKey(key)) {
      throw new IllegalStateException(
          "callbacks watch " + key + ": call removeReader and removeWriter first");
    }
  }

  private void close(Object key, Watched entry) {
    watched.remove(key);
    loop.release(entry.closer);
    entry.watch.close();
  }
}
