// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.culebra.process.ProcessOptions;
import dev.culebra.process.Stdio;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Starts one program by posix_spawn.
 *
 * <p>The child gets its three streams and no other descriptor: the sockets of the JDK are not
 * close-on-exec, so everything from 3 on is closed by the spawn. Its signals are those of
 * a new process: threads of the JVM block SIGQUIT, and a JVM may ignore SIGINT, and both would be
 * inherited.
 *
 * <p>A descriptor that is to become one of 0, 1 and 2 is first moved above them, if it is one of them
 * itself: the actions run in order, and an earlier one would overwrite it.
 */
final class PosixSpawn {

  /** More than the types that POSIX leaves opaque take anywhere: glibc's are 336, 80 and 128 bytes. */
  private static final int OPAQUE_BYTES = 1024;

  private static final int STREAMS = 3;
  private static final int OWN_ACCESS = 0666;

  /** Whether the C library can do all that is asked of it here. */
  static final boolean IS_AVAILABLE = Platform.HERE.canSpawn();

  private final CallState calls;
  private final List<String> command;
  private final ProcessOptions options;

  /** What the child has, −1 for what it inherits; and what the parent keeps, −1 for nothing. */
  private final int[] childEnds = new int[STREAMS];

  private final int[] parentEnds = new int[STREAMS];

  /** What is the child's alone: closed here once it is born. */
  private final List<Integer> toClose = new ArrayList<>();

  PosixSpawn(CallState calls, List<String> command, ProcessOptions options) {
    this.calls = calls;
    this.command = command;
    this.options = options;
    Arrays.fill(childEnds, -1);
    Arrays.fill(parentEnds, -1);
  }

  /** The parent's ends of the pipes, blocking still; −1 where there is none. */
  int[] parentEnds() {
    return parentEnds;
  }

  /**
   * Starts the program.
   *
   * @return its process id; the caller owns the parent's ends
   * @throws IOException if it cannot be started; nothing is left open
   */
  int start() throws IOException {
    try {
      requireDirectory();
      openNamedStreams();
      return spawn();
    } catch (IOException | RuntimeException | Error e) {
      closeParentEnds();
      throw e;
    } finally {
      toClose.forEach(Libc::close);
    }
  }

  void closeParentEnds() {
    for (int i = 0; i < STREAMS; i++) {
      if (parentEnds[i] >= 0) {
        Libc.close(parentEnds[i]);
        parentEnds[i] = -1;
      }
    }
  }

  /** The child would report ENOENT, and nobody knew what is not there. */
  private void requireDirectory() throws IOException {
    Path directory = options.directory();
    if (directory != null && !Files.isDirectory(directory)) {
      throw new IOException("cannot start " + command.get(0) + ": the working directory "
          + directory + (Files.exists(directory) ? " is no directory" : " does not exist"));
    }
  }

  private void openNamedStreams() throws IOException {
    try {
      openStreams();
    } catch (IOException e) {
      throw new IOException("cannot start " + command.get(0) + ": " + e.getMessage(), e);
    }
  }

  private void openStreams() throws IOException {
    childEnds[0] = open(options.stdin(), 0);
    childEnds[1] = open(options.stdout(), 1);
    childEnds[2] = options.stderr() == Stdio.STDOUT
        ? (childEnds[1] < 0 ? movedUp(1) : childEnds[1])
        : open(options.stderr(), 2);
  }

  private int open(Stdio stream, int number) throws IOException {
    return switch (stream) {
      case Stdio.Plain plain -> openPlain(plain, number);
      case Stdio.File file -> openFile(file.path(), flagsOf(file, number));
      case Stdio.Descriptor given -> given(given.fd(), number);
    };
  }

  private int given(int fd, int number) throws IOException {
    if (Libc.fcntl(calls, fd, Constants.F_GETFL, 0) < 0) {
      throw new IOException("fd " + fd + ", which is to be its "
          + List.of("stdin", "stdout", "stderr").get(number) + ", is not open");
    }
    return fd == number ? -1 : fd < STREAMS ? movedUp(fd) : fd;
  }

  private int openPlain(Stdio.Plain stream, int number) throws IOException {
    return switch (stream) {
      case INHERIT -> -1;
      case DEVNULL -> openFile(Path.of("/dev/null"), Constants.O_RDWR);
      case STDOUT -> throw new AssertionError("dealt with above");
      case PIPE -> {
        PosixPipe pipe = PosixPipe.open(calls);
        boolean childReads = number == 0;
        parentEnds[number] = childReads ? pipe.writeEnd() : pipe.readEnd();
        int childEnd = childReads ? pipe.readEnd() : pipe.writeEnd();
        toClose.add(childEnd);
        yield childEnd < STREAMS ? movedUp(childEnd) : childEnd;
      }
    };
  }

  private static int flagsOf(Stdio.File file, int number) {
    if (number == 0) {
      return Constants.O_RDONLY;
    }
    return Constants.O_WRONLY
        | Constants.O_CREAT
        | (file.append() ? Constants.O_APPEND : Constants.O_TRUNC);
  }

  private int openFile(Path path, int flags) throws IOException {
    int fd;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path.toString(), PathCharset.CHARSET);
      fd = Libc.open(calls, name, flags | Constants.O_CLOEXEC, OWN_ACCESS);
    }
    if (fd < 0) {
      throw Errno.fileException(-fd, "open(" + path + ")");
    }
    toClose.add(fd);
    return fd < STREAMS ? movedUp(fd) : fd;
  }

  private int movedUp(int fd) throws IOException {
    int moved = Libc.fcntl(calls, fd, Constants.F_DUPFD_CLOEXEC, STREAMS);
    if (moved < 0) {
      throw Errno.fileException(-moved, "fcntl(fd " + fd + ", F_DUPFD_CLOEXEC)");
    }
    toClose.add(moved);
    return moved;
  }

  private int spawn() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment actions = arena.allocate(OPAQUE_BYTES, 16);
      MemorySegment attributes = arena.allocate(OPAQUE_BYTES, 16);
      check(ProcessCalls.posix_spawn_file_actions_init(actions));
      try {
        check(ProcessCalls.posix_spawnattr_init(attributes));
        try {
          addActions(arena, actions);
          setAttributes(arena, attributes);
          return spawn(arena, actions, attributes);
        } finally {
          check(ProcessCalls.posix_spawnattr_destroy(attributes));
        }
      } finally {
        check(ProcessCalls.posix_spawn_file_actions_destroy(actions));
      }
    }
  }

  private void addActions(Arena arena, MemorySegment actions) throws IOException {
    for (int i = 0; i < STREAMS; i++) {
      if (childEnds[i] >= 0) {
        check(ProcessCalls.posix_spawn_file_actions_adddup2(actions, childEnds[i], i));
      }
    }
    check(Platform.HERE.keepStreamsOnly(actions, childEnds));
    Path directory = options.directory();
    if (directory != null) {
      check(ProcessCalls.posix_spawn_file_actions_addchdir_np(
          actions, arena.allocateFrom(directory.toAbsolutePath().toString(), PathCharset.CHARSET)));
    }
  }

  private void setAttributes(Arena arena, MemorySegment attributes) throws IOException {
    MemorySegment signals = arena.allocate(OPAQUE_BYTES, 16);
    int ignored = ProcessCalls.sigfillset(signals);
    check(ProcessCalls.posix_spawnattr_setsigdefault(attributes, signals));
    ignored = ProcessCalls.sigemptyset(signals);
    check(ProcessCalls.posix_spawnattr_setsigmask(attributes, signals));
    int flags = Constants.POSIX_SPAWN_SETSIGDEF
        | Constants.POSIX_SPAWN_SETSIGMASK
        | Constants.POSIX_SPAWN_CLOEXEC_DEFAULT;
    if (options.newSession()) {
      flags |= Constants.POSIX_SPAWN_SETSID;
    }
    check(ProcessCalls.posix_spawnattr_setflags(attributes, flags));
  }

  private int spawn(Arena arena, MemorySegment actions, MemorySegment attributes)
      throws IOException {
    MemorySegment pid = arena.allocate(JAVA_INT);
    MemorySegment program = arena.allocateFrom(command.get(0), PathCharset.CHARSET);
    int error = ProcessCalls.posix_spawnp(
        pid, program, actions, attributes, texts(arena, command), texts(arena, environment()));
    if (error != 0) {
      throw Errno.fileException(error, "posix_spawn(" + command.get(0) + ")");
    }
    return pid.get(JAVA_INT, 0);
  }

  private List<String> environment() {
    Map<String, String> given = options.environment();
    Map<String, String> all = given == null ? System.getenv() : given;
    return all.entrySet().stream()
        .map(each -> each.getKey() + "=" + each.getValue())
        .toList();
  }

  /** An array of strings that ends with a null pointer. */
  private static MemorySegment texts(Arena arena, List<String> texts) {
    MemorySegment array = arena.allocate(ADDRESS, texts.size() + 1L);
    for (int i = 0; i < texts.size(); i++) {
      array.setAtIndex(ADDRESS, i, arena.allocateFrom(texts.get(i), PathCharset.CHARSET));
    }
    return array;
  }

  private void check(int error) throws IOException {
    if (error != 0) {
      throw Errno.fileException(error, "preparing posix_spawn(" + command.get(0) + ")");
    }
  }
}
