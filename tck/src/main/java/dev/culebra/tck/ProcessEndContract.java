// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createSubprocessExec;
import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.Task;
import dev.culebra.net.LimitOverrunException;
import dev.culebra.net.ReadTransport;
import dev.culebra.net.StreamWriter;
import dev.culebra.net.WriteTransport;
import dev.culebra.process.AsyncProcess;
import dev.culebra.process.ProcessOptions;
import dev.culebra.process.ProcessOutput;
import dev.culebra.process.SubprocessConnection;
import dev.culebra.process.SubprocessProtocol;
import dev.culebra.process.SubprocessTransport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Child processes that end, that are cancelled, and whose pipes either side ends. */
abstract class ProcessEndContract extends ProcessOnLoop {

  // Cancelling

  /** A part of the input must not look like the whole of it. */
  @Test
  void aCancelledCommunicateLeavesTheInputOpenAndLosesNoOutput() throws Exception {
    byte[] input = SpiContract.pattern(500_000);
    byte[] more = "more".getBytes(UTF_8);
    run(() -> {
      for (int turn : new int[] {1, 3, 8}) {
        AsyncProcess process = createSubprocessExec(List.of("cat"), PIPED);
        Task<?> communicating = createTask(() -> process.communicate(input));
        for (int i = 0; i < turn; i++) {
          sleep(Duration.ZERO);
        }
        communicating.cancel();
        assertThrows(CancellationException.class, communicating::await);
        StreamWriter stdin = nonNull(process.stdin());
        assertFalse(stdin.isClosing());
        stdin.write(more);
        stdin.close();
        byte[] output = nonNull(process.stdout()).readAll();
        int sent = output.length - more.length;
        assertTrue(sent >= 0 && sent <= input.length, () -> "came back: " + output.length);
        assertArrayEquals(Arrays.copyOf(input, sent), Arrays.copyOf(output, sent));
        assertArrayEquals(more, Arrays.copyOfRange(output, sent, output.length));
        assertEquals(0, process.awaitExit());
      }
    });
  }

  @Test
  void communicateMayBeCalledAgainAfterItWasCancelled() throws Exception {
    run(() -> {
      Path written = directory.resolve("written");
      AsyncProcess process = createSubprocessExec(
          sh("echo one; echo two >&2; echo > " + written + "; exec sleep 60"), PIPED);
      Task<?> communicating = createTask(() -> process.communicate());
      await("its output", () -> Files.exists(written));
      assertFalse(communicating.done());
      communicating.cancel();
      assertThrows(CancellationException.class, communicating::await);
      process.kill();
      ProcessOutput output = process.communicate();
      assertEquals("one\n", output.text());
      assertEquals("two\n", new String(output.stderr(), UTF_8));
      assertEquals(-9, process.awaitExit());
    });
  }

  @Test
  void ofSeveralWhoAwaitTheExitOneMayBeCancelled() throws Exception {
    run(() -> {
      AsyncProcess process = createSubprocessExec("sleep", "60");
      Task<Integer> first = createTask(process::awaitExit);
      Task<Integer> second = createTask(process::awaitExit);
      settle();
      first.cancel();
      assertThrows(CancellationException.class, first::await);
      assertFalse(second.done());
      process.kill();
      assertEquals(-9, second.await());
      assertEquals(-9, process.awaitExit(), "at once, from now on");
    });
  }

  @Test
  void aCancelledStartWithAProtocolLeavesNoProcess() throws Exception {
    run(() -> {
      for (int turn = 0; turn < 6; turn++) {
        Told protocol = new Told();
        Task<SubprocessConnection<Told>> starting =
            createTask(() -> loop.subprocessExec(() -> protocol, List.of("cat"), PIPED));
        for (int i = 0; i < turn; i++) {
          sleep(Duration.ZERO);
        }
        starting.cancel();
        await("the end of the call", starting::done);
        if (!starting.cancelled()) {
          starting.await().transport().close(); // it was faster
        }
        if (protocol.transport != null) {
          await("the end", () -> protocol.lost);
        }
      }
    });
  }

  @Test
  void aFactoryThatFailsStartsNoProcess() throws Exception {
    IllegalStateException failure = new IllegalStateException("planted");
    run(() -> {
      assertSame(
          failure,
          assertThrows(
              IllegalStateException.class,
              () -> loop.subprocessExec(() -> raise(failure), List.of("cat"), PIPED)));
      assertThrows(
          NullPointerException.class,
          () -> loop.subprocessExec(OnLoop::<Told>none, List.of("cat"), PIPED));
    });
  }

  // The end

  /** Until it is reaped, the number of a process that has ended is nobody else's. */
  @Test
  void aSignalToAChildThatHasEndedMeanwhileHitsNobody() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "no /proc here");
    run(() -> {
      AsyncProcess process = createSubprocessExec(sh("exit 7"), PIPED);
      Path stat = Path.of("/proc/" + process.pid() + "/stat");
      long startNanos = System.nanoTime();
      while (runs(stat)) { // the loop learns nothing meanwhile
        assertTrue(System.nanoTime() - startNanos < patience().toNanos(), "it does not end");
        Thread.onSpinWait();
      }
      process.terminate();
      process.kill();
      assertEquals(7, process.awaitExit());
      process.kill();
      process.terminate();
      assertEquals(7, process.returnCode());
    });
  }

  private static boolean runs(Path stat) {
    try {
      String text = Files.readString(stat);
      return !text.substring(text.lastIndexOf(')') + 1).strip().startsWith("Z");
    } catch (IOException e) {
      return false; // reaped
    }
  }

  @Test
  void whatItWroteBeforeItsEndIsReadAfterIt() throws Exception {
    run(() -> {
      AsyncProcess process = createSubprocessExec(sh("head -c 9000 /dev/zero; echo x >&2"), PIPED);
      assertEquals(0, process.awaitExit());
      settle();
      assertEquals(9000, nonNull(process.stdout()).readAll().length);
      assertEquals(2, nonNull(process.stderr()).readAll().length);
    });
  }

  @Test
  void whoWritesToAChildThatHasEndedIsToldSo() throws Exception {
    run(() -> {
      AsyncProcess process = createSubprocessExec(sh("exit 0"), PIPED);
      assertEquals(0, process.awaitExit());
      StreamWriter stdin = nonNull(process.stdin());
      assertThrows(IOException.class, () -> {
        while (true) {
          stdin.write(new byte[1000]);
          stdin.drain();
          sleep(Duration.ZERO);
        }
      });
      assertTrue(stdin.isClosing());
    });
  }

  @Test
  void aWriterThatWaitsIsToldThatItsChildHasEnded() throws Exception {
    run(() -> {
      AsyncProcess process = createSubprocessExec(List.of("sleep", "60"), PIPED);
      Task<?> writing = createTask(() -> {
        nonNull(process.stdin()).write(new byte[1_000_000]);
        nonNull(process.stdin()).drain();
      });
      settle();
      assertFalse(writing.done());
      process.kill();
      assertThrows(IOException.class, writing::await);
      assertEquals(-9, process.awaitExit());
    });
  }

  @Test
  void theLimitOfItsReadersIsTheOneAskedFor() throws Exception {
    run(() -> {
      AsyncProcess process =
          createSubprocessExec(sh("echo 12345; echo 123456"), PIPED.withLimitBytes(5));
      assertEquals(6, nonNull(process.stdout()).readLine().length);
      assertThrows(LimitOverrunException.class, () -> nonNull(process.stdout()).readLine());
      assertEquals(0, process.awaitExit());
    });
  }

  /** By way of its standard input, which is no socket. */
  @Test
  void aFileIsSentToAChild() throws Exception {
    byte[] content = SpiContract.pattern(300_000);
    Path file = Files.write(directory.resolve("file"), content);
    run(() -> {
      AsyncProcess process = createSubprocessExec(List.of("cat"), PIPED);
      StreamWriter stdin = nonNull(process.stdin());
      Task<byte[]> reading = createTask(() -> nonNull(process.stdout()).readAll());
      stdin.write(new byte[] {1});
      assertEquals(content.length, loop.sendFile(stdin.transport(), file));
      stdin.write(new byte[] {2});
      stdin.close();
      byte[] output = reading.await();
      assertEquals(content.length + 2, output.length);
      assertArrayEquals(content, Arrays.copyOfRange(output, 1, output.length - 1));
      assertEquals(0, process.awaitExit());
    });
  }

  // With a protocol

  @Test
  void aProtocolThatThrowsAtTheExitIsStillToldOfTheEnd() throws Exception {
    for (boolean pipes : new boolean[] {false, true}) {
      run(() -> {
        SubprocessConnection<Told> process = loop.subprocessExec(
            () -> new Told() {
              @Override
              public void processExited() {
                super.processExited();
                throw new IllegalStateException("planted");
              }
            },
            sh("exit 3"),
            pipes ? PIPED : ProcessOptions.DEFAULT);
        await("the end", () -> process.protocol().lost);
        assertEquals(3, process.transport().getReturnCode());
        reports.take("processExited");
      });
    }
  }

  private static class Told implements SubprocessProtocol {

    final List<String> flow = new ArrayList<>();
    final ByteArrayOutputStream output = new ByteArrayOutputStream();
    final @Nullable Exception[] pipesLostWith = new Exception[3];

    @Nullable SubprocessTransport transport;

    int pipesLost;
    boolean exited;
    boolean lost;

    @Override
    public void connectionMade(SubprocessTransport made) {
      transport = made;
    }

    @Override
    public void pipeDataReceived(int fd, ByteBuffer data) throws Exception {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      output.writeBytes(bytes);
    }

    @Override
    public void pipeConnectionLost(int fd, @Nullable Exception exception) {
      pipesLostWith[fd] = exception;
      pipesLost++;
    }

    @Override
    public void processExited() {
      exited = true;
    }

    @Override
    public void connectionLost(@Nullable Exception exception) {
      lost = true;
    }

    @Override
    public void pauseWriting() {
      flow.add("pause");
    }

    @Override
    public void resumeWriting() {
      flow.add("resume");
    }
  }

  private SubprocessConnection<Told> start(Told protocol, List<String> command) throws IOException {
    return loop.subprocessExec(() -> protocol, command, PIPED);
  }

  private static WriteTransport stdin(SubprocessTransport transport) {
    return (WriteTransport) nonNull(transport.getPipeTransport(0));
  }

  @Test
  void aProtocolIsToldToPauseWritingToItsChildAndToGoOn() throws Exception {
    byte[] sent = SpiContract.pattern(1_000_000);
    run(() -> {
      Told protocol = new Told();
      SubprocessTransport transport = start(protocol, List.of("cat")).transport();
      ReadTransport stdout = (ReadTransport) nonNull(transport.getPipeTransport(1));
      stdout.pauseReading();
      stdin(transport).write(sent);
      settle();
      assertEquals(List.of("pause"), protocol.flow);
      stdout.resumeReading();
      await("all of it", () -> protocol.output.size() == sent.length);
      assertEquals(List.of("pause", "resume"), protocol.flow);
      assertArrayEquals(sent, protocol.output.toByteArray());
      stdin(transport).close();
      await("the end", () -> protocol.lost);
      assertEquals(0, transport.getReturnCode());
    });
  }

  @Test
  void closeKillsTheChildOfAProtocolAndTellsItAll() throws Exception {
    run(() -> {
      Told protocol = new Told();
      SubprocessTransport transport = start(protocol, List.of("cat")).transport();
      transport.close();
      transport.close();
      assertTrue(transport.isClosing());
      await("the end", () -> protocol.lost);
      assertTrue(protocol.exited);
      assertEquals(-9, transport.getReturnCode());
    });
  }

  @Test
  void whatPipeDataReceivedThrowsCostsThatPipeAlone() throws Exception {
    IOException failure = new IOException("planted");
    run(() -> {
      Told protocol = new Told() {
        @Override
        public void pipeDataReceived(int fd, ByteBuffer data) throws Exception {
          if (fd == 2) {
            throw failure;
          }
          super.pipeDataReceived(fd, data);
        }
      };
      SubprocessTransport transport =
          start(protocol, sh("echo bad >&2; read x; echo good")).transport();
      await("the report", () -> reports.count() == 1);
      assertSame(failure, reports.take("dataReceived").exception());
      stdin(transport).write("go on\n".getBytes(UTF_8));
      await("the end", () -> protocol.lost);
      assertSame(failure, protocol.pipesLostWith[2]);
      assertNull(protocol.pipesLostWith[1]);
      assertEquals("good\n", protocol.output.toString(UTF_8));
      assertEquals(0, transport.getReturnCode());
    });
  }

  /** As in a shell: who goes on writing then is ended by SIGPIPE. */
  @Test
  void aChildWhoseOutputIsClosedEndsByWriting() throws Exception {
    run(() -> {
      Told protocol = new Told();
      SubprocessTransport transport =
          start(protocol, sh("echo 1; while read x; do echo 2; done; exit 0")).transport();
      await("some output", () -> protocol.output.size() == 2);
      nonNull(transport.getPipeTransport(1)).close();
      await("the end of the pipe", () -> protocol.pipesLost == 1);
      await(
          "the exit",
          () -> { // on NIO the thread between finds out by what is written first
            if (!stdin(transport).isClosing()) {
              stdin(transport).write("go on\n".getBytes(UTF_8));
            }
            return protocol.exited;
          });
      stdin(transport).close();
      await("the end", () -> protocol.lost);
      assertNotEquals(0, transport.getReturnCode());
      if (!loop.backend().equals("nio")) {
        assertEquals(-13, transport.getReturnCode());
      }
    });
  }
}
