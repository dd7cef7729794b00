// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.spi.FileSource;
import dev.culebra.spi.Poller;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that a stream socket sends. */
abstract class FileSourceContract extends SpiContract {

  private static final int SIZE = 2_000_000;

  @TempDir
  private Path directory = Path.of("");

  private interface Body {
    void run(FileSource file) throws Exception;
  }

  /** Runs a body with a file of the pattern, in each of the ways that the backend has. */
  private void forEachSource(int size, Body body) throws Exception {
    Path path = Files.write(directory.resolve("file"), pattern(size));
    int ways = 0;
    try (FileSource opened = poller().openFile(path)) {
      body.run(opened);
      ways++;
    } catch (UnsupportedOperationException e) {
      // it lends channels
    }
    try (FileChannel channel = FileChannel.open(path);
        FileSource lent = poller().fileOf(channel)) {
      body.run(lent);
      ways++;
    } catch (UnsupportedOperationException e) {
      // it opens files
    }
    assumeTrue(ways > 0, "the backend sends no files");
  }

  @Rule(8)
  @Test
  void aFileIsSentExactlyAndItsEndIsMinusOne() throws Exception {
    forEachSource(1000, file -> {
      Connection connection = connection();
      assertEquals(300, connection.socket().sendFile(file, 100, 300));
      assertEquals(50, connection.socket().sendFile(file, 950, 400));
      assertEquals(-1, connection.socket().sendFile(file, 1000, 1));
      assertEquals(-1, connection.socket().sendFile(file, 5000, Long.MAX_VALUE));
      byte[] received = connection.peer().receive(350);
      assertArrayEquals(Arrays.copyOfRange(pattern(1000), 100, 400), Arrays.copyOf(received, 300));
      assertArrayEquals(
          Arrays.copyOfRange(pattern(1000), 950, 1000), Arrays.copyOfRange(received, 300, 350));
    });
  }

  @Rule(8)
  @Test
  void sendingAFileToAPeerThatDoesNotReadGivesZero() throws Exception {
    forEachSource(SIZE, file -> {
      Connection connection = connection();
      int sent = 0;
      for (long taken; (taken = connection.socket().sendFile(file, 0, SIZE)) != 0; ) {
        assertTrue(taken > 0);
        sent += (int) taken;
        assertTrue(sent < 100 * SIZE, "the kernel is never full");
      }
      assertEquals(0, connection.socket().sendFile(file, 0, SIZE));
      connection.peer().receive(sent);
    });
  }

  @Rule(9)
  @Test
  void aFileThatIsNotThereThrows() throws Exception {
    Path missing = directory.resolve("missing");
    try {
      poller().openFile(missing).close();
    } catch (NoSuchFileException e) {
      assertEquals(missing.toString(), e.getFile());
      return;
    } catch (UnsupportedOperationException e) {
      assumeTrue(false, "it opens no files");
    }
    fail("it was opened");
  }

  @Rule(9)
  @Test
  void aFileIsNotSentToWhatIsNotConnectedOrHasEnded() throws Exception {
    forEachSource(10, file -> {
      try (StreamSocket unconnected = poller().openStream(StandardProtocolFamily.INET)) {
        assertThrows(NotYetConnectedException.class, () -> unconnected.sendFile(file, 0, 1));
      }
      Connection connection = connection();
      connection.socket().shutdownOutput();
      assertThrows(ClosedChannelException.class, () -> connection.socket().sendFile(file, 0, 1));
      connection.socket().close();
      assertThrows(ClosedChannelException.class, () -> connection.socket().sendFile(file, 0, 1));
    });
  }

  @Rule(9)
  @Test
  void sendingAFileAfterAResetThrows() throws Exception {
    forEachSource(SIZE, file -> {
      Connection connection = connection();
      connection.peer().reset();
      assertThrows(IOException.class, () -> {
        for (int i = 0; i < 1000; i++) {
          long ignored = connection.socket().sendFile(file, 0, SIZE);
        }
      });
    });
  }

  @Rule(1)
  @Test
  void aFileOfAnotherPollerIsRefused() throws Exception {
    Connection connection = connection();
    try (Poller other = backend().openPoller()) {
      Path path = Files.write(directory.resolve("other"), pattern(10));
      try (FileChannel channel = FileChannel.open(path);
          FileSource file = ofOther(other, path, channel)) {
        assertThrows(
            IllegalArgumentException.class, () -> connection.socket().sendFile(file, 0, 1));
      }
    }
  }

  private static FileSource ofOther(Poller other, Path path, FileChannel channel)
      throws IOException {
    try {
      return other.openFile(path);
    } catch (UnsupportedOperationException e) {
      return other.fileOf(channel);
    }
  }

  @Rule(11)
  @Test
  void aFileIsClosedOnceAndThrowsAfterwards() throws Exception {
    Path path = Files.write(directory.resolve("closed"), pattern(10));
    Connection connection = connection();
    FileSource file;
    try {
      file = poller().openFile(path);
    } catch (UnsupportedOperationException e) {
      assumeTrue(false, "it opens no files");
      return;
    }
    file.close();
    file.close();
    assertThrows(ClosedChannelException.class, () -> connection.socket().sendFile(file, 0, 1));
  }
}
