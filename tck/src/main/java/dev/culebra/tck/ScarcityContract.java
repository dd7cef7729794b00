// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a program that has used up its descriptors or its processes: each in a JVM of its own. */
@Tag("slow") // each test starts a JVM
abstract class ScarcityContract extends OnLoop {

  /** Enough for a JVM with all its jars, and few enough to be used up at once. */
  private static final int DESCRIPTORS = 300;

  private static final int PROCESSES = 150;

  /** A user that nobody is: each process counts as that user's own. */
  private static final int FIRST_USER = 61_000;

  private static final int USERS = 4000;

  /** The JVM says of each thread that it cannot start that it cannot; and the number is to stay as it is. */
  private static final List<String> FLAGS =
      List.of("-Xlog:os+thread=off", "-XX:-UseDynamicNumberOfCompilerThreads");

  @TempDir
  Path directory;

  @BeforeEach
  void needsShellAndProc() {
    assumeTrue(
        Files.isExecutable(Path.of("/bin/sh")) && Files.isDirectory(Path.of("/proc/self/fd")),
        "no /bin/sh or no /proc here");
  }

  private void assertPrints(ChildJvm child, String... lines) throws Exception {
    child.expect(lines);
    assertEquals("", child.rest());
    assertEquals(0, child.awaitExit(patience()));
  }

  private ChildJvm startWithFewDescriptors(String scenario) throws IOException {
    return closing(ChildJvm.startBehind(
        List.of("/bin/sh", "-c", "ulimit -n " + DESCRIPTORS + " && exec \"$@\"", "sh"),
        System.getProperty("java.class.path", ""),
        FLAGS,
        ScarceProgram.class,
        backend().getClass().getName(),
        scenario));
  }

  @Test
  void aServerWithoutDescriptorsReportsThatOnceAndServesAllWhenItHasSome() throws Exception {
    assertPrints(
        startWithFewDescriptors("server"),
        "report: accept at HOST failed; trying again in 1 s: too many open files",
        "whoever was there is served",
        "none of the others is",
        "all are served",
        "nothing is left open",
        "end");
  }

  /** Whichever of its steps it fails at. */
  @Test
  void aChildForWhichThereAreNoDescriptorsIsNotStartedAndLeavesNothing() throws Exception {
    assertPrints(
        startWithFewDescriptors("children without descriptors"),
        "it fails, then it works",
        "nothing is left open",
        "it works again",
        "no child is left",
        "end");
  }

  @Test
  void aChildForWhichThereIsNoProcessIsNotStartedAndLeavesNothing() throws Exception {
    ChildJvm child = closing(ChildJvm.startBehind(
        asAnotherUserWithFewProcesses(),
        readableClassPath(),
        readableSettings(),
        ScarceProgram.class,
        backend().getClass().getName(),
        "children without processes"));
    assertPrints(
        child, "it fails", "nothing is left open", "it works again", "no child is left", "end");
  }

  /** The superuser has no limit, and so must become another to get one. */
  private List<String> asAnotherUserWithFewProcesses() throws Exception {
    int user = FIRST_USER + (int) (ProcessHandle.current().pid() % USERS);
    List<String> command = List.of(
        "prlimit",
        "--nproc=" + PROCESSES,
        "setpriv",
        "--reuid=" + user,
        "--regid=" + user,
        "--clear-groups");
    List<String> probe = new ArrayList<>(command);
    probe.addAll(List.of("test", "-x", ChildJvm.java()));
    String reason = "not tested: " + String.join(" ", probe) + " fails; it takes the superuser,"
        + " and a JDK that others may run";
    boolean works = false;
    try {
      Process process = new ProcessBuilder(probe).redirectErrorStream(true).start();
      works =
          process.waitFor(patience().toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0;
      process.destroyForcibly();
    } catch (IOException e) {
      // no such program
    }
    if (!works) {
      System.out.println(reason);
    }
    assumeTrue(works, reason);
    return command;
  }

  /** Copies what the program needs to where another user can read it. */
  private String readableClassPath() throws IOException {
    List<String> copies = new ArrayList<>();
    open(directory);
    for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
      Path from = Path.of(entry);
      Path to = directory.resolve("entry" + copies.size());
      if (Files.isDirectory(from)) {
        copyTree(from, to);
      } else if (Files.isRegularFile(from)) {
        to = directory.resolve("entry" + copies.size() + ".jar");
        Files.copy(from, to);
        open(to);
      } else {
        continue;
      }
      copies.add(to.toString());
    }
    return String.join(File.pathSeparator, copies);
  }

  /** The flags, and those settings that name a file, a library for one, with a copy of it. */
  private List<String> readableSettings() throws IOException {
    List<String> flags = new ArrayList<>(FLAGS);
    for (String name : System.getProperties().stringPropertyNames()) {
      if (!name.startsWith("culebra.")) {
        continue;
      }
      Path from = Path.of(System.getProperty(name, ""));
      if (Files.isRegularFile(from)) {
        Path to = directory.resolve(name);
        Files.copy(from, to);
        open(to);
        flags.add("-D" + name + "=" + to);
      }
    }
    return flags;
  }

  private static void copyTree(Path from, Path to) throws IOException {
    Files.walkFileTree(from, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
          throws IOException {
        Path copy = to.resolve(from.relativize(folder).toString());
        Files.createDirectories(copy);
        open(copy);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.copy(file, copy);
        open(copy);
        return FileVisitResult.CONTINUE;
      }
    });
  }

  private static void open(Path path) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
