// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.spi.FileSource;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sends a part of one file to one socket, bit by bit: out of the kernel's memory where backend, socket
 * and file allow it, else by reading and writing. asyncio's {@code sock_sendfile}, and what {@code
 * sendfile} does to a transport.
 */
final class FileTransfer implements AutoCloseable {

  /** So much leaves before other callbacks and tasks have their turn. */
  private static final long TURN_BYTES = 1 << 20;

  /** Where it goes to, and how to wait there. */
  interface Outlet {

    StreamSocket socket() throws IOException;

    /** Sends what can leave now; the buffer's position moves by that. */
    void send(ByteBuffer data) throws IOException;

    /** Parks the calling task until more can leave. */
    void awaitRoom() throws IOException;
  }

  private final SocketLoop loop;
  private final long offset;
  private final long count;
  private final @Nullable Path path;
  private @Nullable FileChannel channel;
  private @Nullable FileSource source;

  /** What was read and has not been sent; null until the file is read. */
  private @Nullable ByteBuffer buffer;

  private long sent;

  private FileTransfer(
      SocketLoop loop,
      @Nullable FileChannel channel,
      @Nullable Path path,
      long offset,
      long count) {
    this.loop = loop;
    this.channel = channel;
    this.path = path;
    this.offset = offset;
    this.count = count;
  }

  /** Of a channel, which stays open. */
  static FileTransfer of(SocketLoop loop, FileChannel channel, long offset, long count)
      throws IOException {
    Objects.requireNonNull(channel, "file");
    requireRange(offset, count);
    int ignored = channel.read(ByteBuffer.allocate(0), 0); // throws unless it is open for reading
    FileTransfer transfer = new FileTransfer(loop, channel, null, offset, count);
    try {
      transfer.source = loop.poller().fileOf(channel);
    } catch (UnsupportedOperationException e) {
      // it is read
    }
    return transfer;
  }

  /** Of a file that is opened for this, and closed after it. */
  static FileTransfer of(SocketLoop loop, Path path, long offset, long count) throws IOException {
    Objects.requireNonNull(path, "file");
    requireRange(offset, count);
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isRegularFile(path)) {
      throw new IllegalArgumentException(
          path + " is no regular file, and only such have an offset and"
              + " an end: read it in runInExecutor");
    }
    FileTransfer transfer = new FileTransfer(loop, null, path, offset, count);
    try {
      transfer.source = loop.poller().openFile(path);
    } catch (UnsupportedOperationException e) {
      FileChannel opened = FileChannel.open(path, StandardOpenOption.READ);
      transfer.channel = opened;
      transfer.lend(opened);
    }
    return transfer;
  }

  private void lend(FileChannel opened) {
    try {
      source = loop.poller().fileOf(opened);
    } catch (UnsupportedOperationException e) {
      // it is read
    }
  }

  private static void requireRange(long offset, long count) {
    if (offset < 0 || count < 0) {
      throw new IllegalArgumentException("offset (" + offset + ") and count (" + count
          + ") must not be negative; sendFile(transport, file) sends all of it");
    }
  }

  /**
   * Sends it, parking the calling task while there is no room.
   *
   * @return how many bytes were sent: fewer than asked for if the file ends before
   */
  long run(Outlet outlet) throws IOException {
    long turnBytes = 0;
    while (sent < count) {
      long wanted = Math.min(count - sent, TURN_BYTES);
      long taken = step(outlet, wanted);
      if (taken < 0) {
        break;
      }
      sent += taken;
      turnBytes += taken;
      if (taken == 0) {
        outlet.awaitRoom();
        turnBytes = 0;
      } else if (turnBytes >= TURN_BYTES) {
        loop.sleep(Duration.ZERO);
        turnBytes = 0;
      }
    }
    return sent;
  }

  private long step(Outlet outlet, long wanted) throws IOException {
    FileSource lent = source;
    if (lent != null) {
      try {
        return outlet.socket().sendFile(lent, offset + sent, wanted);
      } catch (UnsupportedOperationException e) { // not by this socket, or not this file
        lent.close();
        source = null;
      }
    }
    return copy(outlet, wanted);
  }

  /** Reads, and sends what was read. */
  private long copy(Outlet outlet, long wanted) throws IOException {
    ByteBuffer data = buffer;
    if (data == null) {
      data = loop.chunks().takeFileBuffer();
      buffer = data.limit(0);
    }
    long taken = 0;
    while (taken < wanted) {
      if (!data.hasRemaining()) {
        data.clear().limit((int) Math.min(data.capacity(), wanted - taken));
        int read = channel().read(data, offset + sent + taken);
        data.flip();
        if (read <= 0) {
          return taken > 0 ? taken : -1;
        }
      }
      int before = data.remaining();
      outlet.send(data);
      taken += before - data.remaining();
      if (data.hasRemaining()) {
        break;
      }
    }
    return taken;
  }

  private FileChannel channel() throws IOException {
    FileChannel opened = channel;
    if (opened == null) {
      opened = FileChannel.open(Objects.requireNonNull(path), StandardOpenOption.READ);
      channel = opened;
    }
    return opened;
  }

  /** As asyncio: the channel's position tells how far it came, also after a failure. */
  @Override
  public void close() throws IOException {
    if (source != null) {
      source.close();
    }
    if (buffer != null) {
      loop.chunks().giveBackFileBuffer(buffer);
    }
    FileChannel used = channel;
    if (used != null && path != null) {
      used.close();
    } else if (used != null && sent > 0 && used.isOpen()) {
      used.position(offset + sent);
    }
  }
}
