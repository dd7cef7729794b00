// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createSubprocessExec;
import static dev.culebra.Asyncio.createSubprocessShell;
import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.PosixSignal;
import dev.culebra.Task;
import dev.culebra.process.AsyncProcess;
import dev.culebra.process.ProcessOptions;
import dev.culebra.process.ProcessOutput;
import dev.culebra.process.Stdio;
import dev.culebra.process.SubprocessConnection;
import dev.culebra.process.SubprocessProtocol;
import dev.culebra.process.SubprocessTransport;
import dev.culebra.sync.AsyncSemaphore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Child processes. */
abstract class ProcessContract extends ProcessOnLoop {

  // Running

  @Test
  void theOutputAndTheStatusOfAProgramAreTold() throws Exception {
    run(() -> {
      AsyncProcess process = createSubprocessExec(sh("echo out; echo err >&2; exit 3"), PIPED);
      assertTrue(process.pid() > 0);
      ProcessOutput output = process.communicate();
      assertEquals("out\n", output.text());
      assertEquals("err\n", new String(output.stderr(), UTF_8));
      assertEquals(3, process.awaitExit());
      assertEquals(3, process.returnCode());
    });
  }

  @Test
  void theShellRunsALine() throws Exception {
    run(() -> {
      AsyncProcess process =
          createSubprocessShell("echo $((6 * 7)) | cat", PIPED.withStdin(Stdio.DEVNULL));
      assertNull(process.stdin());
      assertEquals("42\n", process.communicate().text());
      assertEquals(0, process.awaitExit());
      assertEquals(7, createSubprocessShell("exit 7").awaitExit());
    });
  }

  @Test
  void itsStreamsAreReadAndWrittenInTurns() throws Exception {
    run(() -> {
      AsyncProcess process = createSubprocessExec(List.of("cat"), PIPED);
      for (int i = 0; i < 5; i++) {
        nonNull(process.stdin()).write(("line " + i + "\n").getBytes(UTF_8));
        assertEquals("line " + i + "\n", new String(nonNull(process.stdout()).readLine(), UTF_8));
      }
      assertNull(process.returnCode());
      nonNull(process.stdin()).close();
      assertEquals(0, nonNull(process.stdout()).readAll().length);
      assertEquals(0, process.awaitExit());
    });
  }

  @Test
  void muchGoesBothWaysUnharmed() throws Exception {
    assertBothWays(3_000_000);
  }

  @Tag("slow")
  @Test
  void sixtyFourMebibytesGoBothWaysUnharmed() throws Exception {
    assertBothWays(64 << 20);
  }

  private void assertBothWays(int bytes) throws Exception {
    byte[] input = new byte[bytes];
    new Random(1).nextBytes(input);
    run(() -> {
      AsyncProcess process = createSubprocessExec(List.of("cat"), PIPED);
      assertArrayEquals(input, process.communicate(input).stdout());
      assertEquals(0, process.awaitExit());
    });
  }

  @Test
  void aChildThatDoesNotReadItsInputIsNoError() throws Exception {
    run(() -> {
      for (String line : List.of("exec <&-; echo done", "echo done", "head -c 3; echo done")) {
        AsyncProcess process = createSubprocessExec(sh(line), PIPED);
        assertTrue(process.communicate(new byte[1_000_000]).text().endsWith("done\n"));
        assertEquals(0, process.awaitExit());
      }
    });
  }

  @Test
  void aGrandchildThatKeepsAPipeDoesNotHoldUpTheExit() throws Exception {
    run(() -> {
      AsyncProcess process = createSubprocessExec(sh("sleep 60 & echo $!"), PIPED);
      String grandchild = new String(nonNull(process.stdout()).readLine(), UTF_8).strip();
      assertEquals(0, process.awaitExit());
      createSubprocessExec("kill", grandchild).awaitExit();
      assertEquals(0, nonNull(process.stdout()).readAll().length);
    });
  }

  // What it is given

  @Test
  void theErrorsMayGoWhereTheOutputGoes() throws Exception {
    run(() -> {
      AsyncProcess process =
          createSubprocessExec(sh("echo 1; echo 2 >&2; echo 3"), PIPED.withStderr(Stdio.STDOUT));
      assertNull(process.stderr());
      assertEquals("1\n2\n3\n", process.communicate().text());
    });
  }

  @Test
  void filesAreReadWrittenAndAppendedTo() throws Exception {
    Path in = Files.writeString(directory.resolve("in"), "hello\n");
    Path out = Files.writeString(directory.resolve("out"), "to be overwritten, all of it\n");
    ProcessOptions fromFile = ProcessOptions.DEFAULT.withStdin(Stdio.file(in));
    run(() -> {
      createSubprocessExec(List.of("cat"), fromFile.withStdout(Stdio.file(out))).awaitExit();
      assertEquals("hello\n", Files.readString(out));
      createSubprocessExec(List.of("cat"), fromFile.withStdout(Stdio.appendTo(out)))
          .awaitExit();
      assertEquals("hello\nhello\n", Files.readString(out));
      Path both = directory.resolve("both");
      createSubprocessExec(
              sh("echo 1; echo 2 >&2; echo 3"),
              fromFile.withStdout(Stdio.file(both)).withStderr(Stdio.STDOUT))
          .awaitExit();
      assertEquals("1\n2\n3\n", Files.readString(both));
    });
  }

  @Test
  void theNullDeviceGivesAndTakes() throws Exception {
    run(() -> {
      ProcessOptions toNowhere = PIPED.withStdin(Stdio.DEVNULL).withStderr(Stdio.DEVNULL);
      AsyncProcess process = createSubprocessExec(sh("cat; echo lost >&2; echo out"), toNowhere);
      assertEquals("out\n", process.communicate().text());
    });
  }

  @Test
  void itWorksInTheDirectoryAndWithTheEnvironmentThatItIsGiven() throws Exception {
    run(() -> {
      AsyncProcess process = createSubprocessExec(
          List.of("/bin/sh", "-c", "pwd -P; echo $COLOUR; echo ${HOME-none}"),
          PIPED.withDirectory(directory).withEnvironment(Map.of("COLOUR", "blue")));
      assertEquals(
          directory.toRealPath() + "\nblue\nnone\n", process.communicate().text());
      String inherited = System.getenv("PATH");
      assertEquals(
          inherited + "\n",
          createSubprocessExec(sh("echo $PATH"), PIPED).communicate().text());
    });
  }

  @Test
  void itHasNoDescriptorButItsThree() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "no /proc here");
    run(() -> {
      AsyncProcess process = createSubprocessExec(sh("ls -l /proc/$$/fd; true"), PIPED);
      String listing = process.communicate().text();
      assertEquals(3, listing.lines().filter(line -> line.contains("->")).count(), listing);
    });
  }

  @Test
  void itsSignalsAreThoseOfANewProcess() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "no /proc here");
    run(() -> {
      AsyncProcess process =
          createSubprocessExec(List.of("grep", "^Sig[BI]", "/proc/self/status"), PIPED);
      String masks = process.communicate().text();
      if (!loop.backend().equals("nio")) { // the JDK leaves what it has
        for (String line : masks.lines().toList()) { // 32 and 33 are the C library's own
          long mask =
              Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16);
          assertEquals(0, mask & 0x7fff_ffffL, line);
        }
      }
    });
  }

  @Test
  void itMayStartASessionOfItsOwn() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/stat")), "no /proc here");
    run(() -> {
      AsyncProcess process =
          startIfPossible(sh("cut -d' ' -f6 /proc/$$/stat"), PIPED.withNewSession(true));
      assertEquals(process.pid() + "\n", process.communicate().text());
    });
  }

  @Test
  void aDescriptorOfTheParentsIsPassedOn() throws Exception {
    run(() -> {
      AsyncProcess process = startIfPossible(
          sh("echo x >&2"), PIPED.withStdout(Stdio.descriptor(2)).withStderr(Stdio.DEVNULL));
      assertEquals(0, process.awaitExit());
    });
  }

  @Test
  void aDescriptorThatIsNotOpenIsNamed() throws Exception {
    run(() -> {
      startIfPossible(sh("true"), PIPED.withStdout(Stdio.descriptor(2))).awaitExit();
      IOException e = assertThrows(
          IOException.class,
          () -> createSubprocessExec(sh("true"), PIPED.withStdout(Stdio.descriptor(4000))));
      String message = String.valueOf(e.getMessage());
      assertTrue(message.contains("fd 4000") && message.contains("stdout"), message);
    });
  }

  // Ending it

  @Test
  void whatEndsBySignalNHasTheReturnCodeMinusN() throws Exception {
    run(() -> {
      AsyncProcess terminated = createSubprocessExec("sleep", "60");
      terminated.terminate();
      assertEquals(-15, terminated.awaitExit());
      AsyncProcess killed = createSubprocessExec("sleep", "60");
      killed.kill();
      assertEquals(-9, killed.awaitExit());
      killed.kill();
      killed.terminate();
      assertEquals(-9, killed.returnCode());
    });
  }

  @Test
  void soDoesWhatOthersEndExceptWithTheJdk() throws Exception {
    run(() -> assertEquals(
        loop.backend().equals("nio") ? 128 + 15 : -15,
        createSubprocessShell("kill -TERM $$").awaitExit()));
  }

  @Test
  void anySignalIsSent() throws Exception {
    run(() -> {
      AsyncProcess process = createSubprocessExec(
          sh("trap 'echo got; exit 5' USR1; echo ready; while :; do sleep 0.01; done"), PIPED);
      assertEquals("ready\n", new String(nonNull(process.stdout()).readLine(), UTF_8));
      try {
        process.sendSignal(PosixSignal.SIGUSR1);
      } catch (UnsupportedOperationException e) {
        process.kill();
        process.awaitExit();
        assertTrue(nonNull(e.getMessage()).contains("SIGUSR1"), e.getMessage());
        assumeTrue(!loop.backend().equals("nio"), e.getMessage());
      }
      assertEquals("got\n", process.communicate().text());
      assertEquals(5, process.awaitExit());
    });
  }

  @Test
  void closeKillsWhatStillRuns() throws Exception {
    run(() -> {
      AsyncProcess process = createSubprocessExec(List.of("cat"), PIPED);
      assertNull(process.returnCode());
      process.close();
      assertEquals(-9, process.awaitExit());
    });
  }

  @Test
  void aLoopThatIsClosedKillsItsChildren() throws Exception {
    run(() -> {
      createSubprocessExec(List.of("cat"), PIPED);
      createSubprocessExec("sleep", "60");
    });
    loop.close(); // noChildIsLeft looks
  }

  @Test
  void aCancelledWaitLeavesTheProcessAlone() throws Exception {
    run(() -> {
      AsyncProcess process = createSubprocessExec(List.of("sleep", "60"), PIPED);
      Task<?> waiting = createTask(process::awaitExit);
      Task<?> communicating = createTask(() -> process.communicate());
      settle();
      waiting.cancel();
      assertThrows(CancellationException.class, waiting::await);
      communicating.cancel();
      assertThrows(CancellationException.class, communicating::await);
      process.kill();
      assertEquals(-9, process.awaitExit());
    });
  }

  @Test
  void aCancelledStartLeavesNoProcess() throws Exception {
    run(() -> {
      for (int turns = 0; turns < 6; turns++) {
        Task<AsyncProcess> starting = createTask(() -> createSubprocessExec(List.of("cat"), PIPED));
        for (int i = 0; i < turns; i++) {
          sleep(Duration.ZERO);
        }
        starting.cancel();
        try {
          starting.await().close(); // it was faster
        } catch (CancellationException e) {
          assertTrue(starting.cancelled());
        }
      }
    });
  }

  // With a protocol

  private static final class Events implements SubprocessProtocol {

    final List<String> events = new ArrayList<>();
    final StringBuilder output = new StringBuilder();

    @Override
    public void connectionMade(SubprocessTransport transport) {
      events.add("made " + (transport.getPid() > 0));
    }

    @Override
    public void pipeDataReceived(int fd, ByteBuffer data) {
      output.append(fd).append(':').append(UTF_8.decode(data));
    }

    @Override
    public void pipeConnectionLost(int fd, @Nullable Exception exception) {
      events.add("pipe " + fd);
    }

    @Override
    public void processExited() {
      events.add("exited");
    }

    @Override
    public void connectionLost(@Nullable Exception exception) {
      events.add("lost " + exception);
    }
  }

  @Test
  void aProtocolIsToldInOrder() throws Exception {
    run(() -> {
      SubprocessConnection<Events> child =
          loop.subprocessExec(Events::new, sh("read x; echo $x; exit 2"), PIPED);
      Events protocol = child.protocol();
      assertEquals(List.of("made true"), protocol.events);
      SubprocessTransport transport = child.transport();
      assertNotNull(transport.getPipeTransport(0));
      assertNotNull(transport.getPipeTransport(2));
      assertThrows(IllegalArgumentException.class, () -> transport.getPipeTransport(3));
      ((dev.culebra.net.WriteTransport) nonNull(transport.getPipeTransport(0)))
          .write("hello\n".getBytes(UTF_8));
      await("the end", () -> protocol.events.contains("lost null"));
      assertEquals("1:hello\n", protocol.output.toString());
      assertEquals("lost null", protocol.events.get(protocol.events.size() - 1));
      assertEquals(6, protocol.events.size());
      assertTrue(protocol.events.containsAll(List.of("pipe 0", "pipe 1", "pipe 2", "exited")));
      assertEquals(2, transport.getReturnCode());
      assertTrue(transport.isClosing());
    });
  }

  @Test
  void theEndComesAfterTheLastPipe() throws Exception {
    run(() -> {
      Events protocol =
          loop.subprocessShell(Events::new, "sleep 60 & echo $!", PIPED).protocol();
      await("the exit", () -> protocol.events.contains("exited"));
      await("the number", () -> protocol.output.length() > 3);
      if (!loop.backend().equals("nio")) { // the JDK closes a child's pipes when it ends, if it can
        assertFalse(protocol.events.contains("lost null"));
      }
      createSubprocessExec("kill", protocol.output.substring(2).strip()).awaitExit();
      await("the end", () -> protocol.events.contains("lost null"));
    });
  }

  // Many, and others' beside them

  @Test
  void manyChildrenRunAtOnce() throws Exception {
    run(() -> {
      List<Task<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        int status = i;
        all.add(createTask(() -> createSubprocessShell("exit " + status).awaitExit()));
      }
      List<Integer> codes = gather(all).await();
      for (int i = 0; i < 20; i++) {
        assertEquals(i, codes.get(i));
      }
    });
  }

  @Tag("slow")
  @Test
  void aThousandShortChildrenLeaveNothingAndNeedNoThreads() throws Exception {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    run(() -> {
      createSubprocessExec("true").awaitExit();
      threads.resetPeakThreadCount();
      int before = threads.getThreadCount();
      AsyncSemaphore limit = new AsyncSemaphore(50);
      List<Task<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        all.add(createTask(() -> {
          limit.acquire();
          try {
            return createSubprocessExec("true").awaitExit();
          } finally {
            limit.release();
          }
        }));
      }
      assertEquals(Set.of(0), Set.copyOf(gather(all).await()));
      if (!loop.backend().equals("nio")) {
        assertEquals(before, threads.getPeakThreadCount(), "no thread waits for a child");
      }
    });
  }

  @Test
  void theJdksOwnChildrenAreNotDisturbed() throws Exception {
    run(() -> {
      var theirs = aside(() -> {
        int sum = 0;
        for (int i = 1; i <= 5; i++) {
          sum += new ProcessBuilder("/bin/sh", "-c", "exit " + i).start().waitFor();
        }
        return sum;
      });
      int sum = 0;
      for (int i = 1; i <= 5; i++) {
        sum += createSubprocessShell("exit " + i).awaitExit();
      }
      assertEquals(15, sum);
      assertEquals(15, theirs.await());
    });
  }

  // Bad input

  @Test
  void aProgramThatIsNotThereIsNamed() throws Exception {
    run(() -> {
      IOException e = assertThrows(
          IOException.class,
          () -> createSubprocessExec(List.of("culebra-no-such-program", "x"), PIPED));
      assertTrue(nonNull(e.getMessage()).contains("culebra-no-such-program"), e.getMessage());
      IOException notExecutable = assertThrows(
          IOException.class,
          () -> createSubprocessExec(
              List.of(Files.writeString(directory.resolve("text"), "x").toString()), PIPED));
      assertTrue(nonNull(notExecutable.getMessage()).contains("text"));
    });
  }

  @Test
  void aDirectoryThatIsNotThereIsNamed() throws Exception {
    run(() -> {
      IOException e = assertThrows(
          IOException.class,
          () -> createSubprocessExec(
              List.of("cat"), PIPED.withDirectory(directory.resolve("no-such-directory"))));
      assertTrue(nonNull(e.getMessage()).contains("no-such-directory"), e.getMessage());
    });
  }

  @Test
  void aFileThatIsNotThereIsNamed() throws Exception {
    run(() -> {
      IOException e = assertThrows(
          IOException.class,
          () -> createSubprocessExec(
              List.of("cat"), PIPED.withStdin(Stdio.file(directory.resolve("no-such-file")))));
      assertTrue(nonNull(e.getMessage()).contains("no-such-file"), e.getMessage());
    });
  }

  @Test
  void anEnvironmentThatIsTooLargeIsRefusedByTheSystem() throws Exception {
    String large = "x".repeat(4_000_000);
    run(() -> {
      IOException e = assertThrows(
          IOException.class,
          () ->
              createSubprocessExec(List.of("cat"), PIPED.withEnvironment(Map.of("LARGE", large))));
      assertTrue(nonNull(e.getMessage()).contains("cat"), e.getMessage());
    });
  }

  @Test
  void argumentsThatMakeNoSenseAreRefused() throws Exception {
    run(() -> {
      assertThrows(IllegalArgumentException.class, () -> createSubprocessExec());
      assertThrows(IllegalArgumentException.class, () -> createSubprocessExec(""));
      assertThrows(IllegalArgumentException.class, () -> createSubprocessExec("echo", "a\0b"));
      AsyncProcess process = createSubprocessExec("true");
      assertThrows(IllegalArgumentException.class, () -> process.communicate(new byte[1]));
      process.awaitExit();
      sleep(Duration.ZERO);
    });
    assertThrows(IllegalArgumentException.class, () -> PIPED.withStdout(Stdio.STDOUT));
    assertThrows(IllegalArgumentException.class, () -> PIPED.withStdin(Stdio.appendTo(directory)));
    assertThrows(IllegalArgumentException.class, () -> PIPED.withEnvironment(Map.of("A=B", "x")));
    assertThrows(IllegalArgumentException.class, () -> PIPED.withEnvironment(Map.of("A", "x\0y")));
    assertThrows(IllegalArgumentException.class, () -> PIPED.withLimitBytes(0));
    assertThrows(IllegalArgumentException.class, () -> Stdio.descriptor(-1));
    assertThrows(IllegalStateException.class, () -> createSubprocessExec("true"));
  }
}
