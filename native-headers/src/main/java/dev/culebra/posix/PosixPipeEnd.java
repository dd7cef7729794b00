// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.spi.PipeEnd;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Reads or writes a pipe, FIFO, socket or terminal by system calls.
 *
 * <p>A write end learns of its reader's death by the error or hang-up that the kernel reports
 * unasked. It is therefore never asked whether there is something to read: a FIFO that was opened
 * in both directions, or a terminal, would say yes.
 *
 * <p><b>Threading</b>: as the loop's; see {@link dev.culebra.spi.LoopThread}.
 */
public final class PosixPipeEnd extends PosixSource implements PipeEnd {

  /** Standard input, output and error have the numbers up to this one. */
  private static final int LAST_STANDARD = 2;

  private static final int ACCESS_MODE = Constants.O_WRONLY | Constants.O_RDWR;

  private final boolean reads;
  private final FileKind kind;
  private final boolean watchesReader;

  private PosixPipeEnd(
      Poller poller, CallState calls, int fd, boolean reads, FileKind kind, boolean watchesReader) {
    super(poller, calls, Constants.AF_UNSPEC, fd);
    this.reads = reads;
    this.kind = kind;
    this.watchesReader = watchesReader;
  }

  /**
   * Opens a FIFO or a character device.
   *
   * @param poller the poller that will watch it
   * @param calls the poller's memory for system calls
   * @param path where it is
   * @param reads whether to read it, else to write it
   * @return a non-blocking end
   * @throws IllegalArgumentException if it is another kind of file
   * @throws UnsupportedOperationException if this system does not tell of its end
   * @throws IOException if it cannot be opened
   */
  public static PosixPipeEnd open(Poller poller, CallState calls, Path path, boolean reads)
      throws IOException {
    PosixFile.requireOfPlatform(path);
    FileKind kind = requirePipe(FileKind.of(path), path.toString());
    boolean isSilent = Platform.IS_DARWIN && kind == FileKind.FIFO;
    if (isSilent && reads) {
      throw new UnsupportedOperationException("the kqueue of macOS does not tell when the last"
          + " writer closes a FIFO: read " + path + " in runInExecutor");
    }
    int mode = reads ? Constants.O_RDONLY : Constants.O_WRONLY;
    int fd;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path.toString(), PathCharset.CHARSET);
      fd = Libc.open(calls, name, mode | Constants.O_NONBLOCK | Constants.O_CLOEXEC);
    }
    if (fd < 0) {
      throw openFailure(-fd, path, kind);
    }
    return new PosixPipeEnd(
        poller, calls, fd, reads, kind, tellsOfReader(reads, kind) && !isSilent);
  }

  private static boolean tellsOfReader(boolean reads, FileKind kind) {
    return !reads && kind != FileKind.CHARACTER_DEVICE;
  }

  private static IOException openFailure(int errno, Path path, FileKind kind) {
    String name = path.toString();
    if (errno == Constants.ENOENT) {
      return new NoSuchFileException(name);
    }
    if (errno == Constants.EACCES) {
      return new AccessDeniedException(name);
    }
    String reason = errno == Constants.ENXIO && kind == FileKind.FIFO
        ? "nobody reads this FIFO yet: open it for writing once somebody does"
        : Errno.fileException(errno, "open()").getMessage();
    return new FileSystemException(name, null, reason);
  }

  /**
   * Takes over a descriptor, and makes it non-blocking.
   *
   * @param poller the poller that will watch it
   * @param calls the poller's memory for system calls
   * @param fd a descriptor that no source owns
   * @param reads whether to read it, else to write it
   * @return its owner
   * @throws IllegalArgumentException if it is no pipe, or not open in that direction
   * @throws IOException if the system refuses; the descriptor is as before
   */
  public static PosixPipeEnd adopt(Poller poller, CallState calls, int fd, boolean reads)
      throws IOException {
    PosixWatch.requireForeign(calls, fd);
    FileKind kind = requirePipe(FileKind.of(fd), "fd " + fd);
    int flags = control(calls, fd, Constants.F_GETFL, 0);
    if ((flags & ACCESS_MODE) == (reads ? Constants.O_WRONLY : Constants.O_RDONLY)) {
      throw new IllegalArgumentException(
          "fd " + fd + " is not open for " + (reads ? "reading" : "writing"));
    }
    control(calls, fd, Constants.F_SETFL, flags | Constants.O_NONBLOCK);
    return new PosixPipeEnd(poller, calls, fd, reads, kind, tellsOfReader(reads, kind));
  }

  private static FileKind requirePipe(FileKind kind, String what) {
    if (!kind.isPipe()) {
      throw new IllegalArgumentException(what + " is " + kind.text + ", and no pipe, socket or"
          + " character device; read and write files by FileChannel in runInExecutor");
    }
    return kind;
  }

  private static int control(CallState calls, int fd, int command, int argument)
      throws IOException {
    int result = Libc.fcntl(calls, fd, command, argument);
    if (result < 0) {
      throw Errno.fileException(-result, "fcntl(fd " + fd + ", " + command + ")");
    }
    return result;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int fd = fd();
    if (!reads) {
      throw new NonReadableChannelException();
    }
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("Read-only buffer");
    }
    int room = target.remaining();
    if (room == 0) { // the kernel's 0 would look like the end of the stream
      return 0;
    }
    long result = target.isDirect()
        ? Libc.read(calls, fd, calls.reading.of(target), room)
        : readHeap(fd, target, room);
    if (result > 0) {
      target.position(target.position() + (int) result);
      return (int) result;
    }
    return result == 0 ? -1 : wouldBlock(result, "read", fd, room);
  }

  private long readHeap(int fd, ByteBuffer target, int room) {
    Scratch scratch = calls.scratch();
    long result = Libc.read(calls, fd, scratch.memory(), Math.min(room, Scratch.CAPACITY));
    if (result > 0) {
      scratch.give(target, (int) result);
    }
    return result;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int fd = writableFd();
    int length = source.remaining();
    if (length == 0) {
      return 0;
    }
    if (!source.isDirect()) {
      return writeHeap(fd, source);
    }
    long result = Libc.write(calls, fd, calls.writing.of(source), length);
    if (result < 0) {
      return wouldBlock(result, "write", fd, length);
    }
    source.position(source.position() + (int) result);
    return (int) result;
  }

  private int writeHeap(int fd, ByteBuffer source) throws IOException {
    Scratch scratch = calls.scratch();
    int total = 0;
    boolean full = false;
    while (source.hasRemaining() && !full) {
      int length = Math.min(source.remaining(), Scratch.CAPACITY);
      scratch.take(source, length, 0);
      long result = Libc.write(calls, fd, scratch.memory(), length);
      if (result < 0) { // what was written was written: an error is the next call's
        return total > 0 ? total : wouldBlock(result, "write", fd, length);
      }
      source.position(source.position() + (int) result);
      total += (int) result;
      full = result < length;
    }
    return total;
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, sources.length);
    int fd = writableFd();
    int end = offset + length;
    int first = IoVector.firstWithBytes(sources, offset, end);
    if (first == end) {
      return 0;
    }
    long filled = calls.vector.fill(sources, first, end, calls.scratch());
    long result;
    try {
      result = Libc.writev(calls, fd);
    } finally {
      Reference.reachabilityFence(sources); // the vector holds bare addresses
    }
    if (result < 0) {
      return wouldBlock(result, "writev", fd, filled);
    }
    IoVector.advance(sources, first, result);
    return result;
  }

  @Override
  public boolean watchesReader() {
    return watchesReader;
  }

  @Override
  public int kernelInterest(int interest) {
    return reads ? interest : interest & ~Poller.READ;
  }

  /**
   * As the JDK does with these three: a number that was given back would be the next socket's, and
   * what is then printed would go there.
   */
  @Override
  void release(int number) {
    if (number > LAST_STANDARD) {
      super.release(number);
      return;
    }
    int nothing;
    try (Arena arena = Arena.ofConfined()) {
      nothing =
          Libc.open(calls, arena.allocateFrom("/dev/null"), Constants.O_RDWR | Constants.O_CLOEXEC);
    }
    if (nothing >= 0) { // else it stays open: better than to give its number away
      int ignored = Libc.dup2(calls, nothing, number);
      Libc.close(nothing);
    }
  }

  private int writableFd() throws IOException {
    int fd = fd();
    if (reads) {
      throw new NonWritableChannelException();
    }
    return fd;
  }

  private static int wouldBlock(long result, String call, int fd, long lengthBytes)
      throws IOException {
    if (result == -Constants.EAGAIN) {
      return 0;
    }
    throw Errno.fileException((int) -result, call + "(fd " + fd + ", " + lengthBytes + " bytes)");
  }

  @Override
  public String toString() {
    return (reads ? "read" : "write") + " end of " + kind.text;
  }
}
