// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.openUnixConnection;
import static dev.culebra.Asyncio.run;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.culebra.LoopFuture;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Talks to Redis, pipelined.
 *
 * <p>Any number of commands may be on their way while their answers are awaited. It shows how a protocol is
 * written on streams: one task reads all answers, in order, and completes the
 * futures that {@link #send} has made. All runs on one loop, so that the queue between them needs no lock,
 * and what one step sends leaves in one system call.
 */
public final class RespClient implements AutoCloseable {

  private final StreamReader reader;
  private final StreamWriter writer;
  private final Deque<LoopFuture<@Nullable Object>> awaited = new ArrayDeque<>();
  private @Nullable IOException broken;

  private RespClient(StreamConnection connection) {
    reader = connection.reader();
    writer = connection.writer();
  }

  /** Connects to a port. */
  public static RespClient connect(String host, int port) throws IOException {
    return started(new RespClient(openConnection(host, port)));
  }

  /** Connects to a Unix socket. */
  public static RespClient connect(SocketAddress unixSocket) throws IOException {
    return started(new RespClient(openUnixConnection(unixSocket)));
  }

  private static RespClient started(RespClient client) {
    createTask(client::readAnswers);
    return client;
  }

  /** An error that Redis answers with. */
  public static final class Refusal extends IOException {

    private static final long serialVersionUID = 1L;

    Refusal(String message) {
      super(message);
    }
  }

  /**
   * Sends a command without waiting.
   *
   * @return its answer: a String, Long, List or null; or it fails with a {@link Refusal}
   */
  public LoopFuture<@Nullable Object> send(String... command) {
    LoopFuture<@Nullable Object> answer = getRunningLoop().createFuture();
    if (broken != null) {
      answer.setException(broken);
      return answer;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(("*" + command.length + "\r\n").getBytes(UTF_8));
    for (String part : command) {
      byte[] encoded = part.getBytes(UTF_8);
      bytes.writeBytes(("$" + encoded.length + "\r\n").getBytes(UTF_8));
      bytes.writeBytes(encoded);
      bytes.writeBytes(new byte[] {'\r', '\n'});
    }
    awaited.add(answer);
    writer.write(bytes.toByteArray());
    return answer;
  }

  /** Waits until so little is unsent that more may be. */
  public void drain() throws IOException {
    writer.drain();
  }

  /** Sends a command and waits for its answer. */
  public @Nullable Object call(String... command) throws Exception {
    return send(command).await();
  }

  private void readAnswers() {
    try {
      while (true) {
        Object answer = readAnswer();
        LoopFuture<@Nullable Object> first = awaited.remove();
        if (first.done()) {
          continue; // whoever awaited it has been cancelled
        }
        if (answer instanceof Refusal refusal) {
          first.setException(refusal);
        } else {
          first.setResult(answer);
        }
      }
    } catch (IOException e) {
      broken = e;
      writer.close();
      for (LoopFuture<?> each : awaited) {
        if (!each.done()) {
          each.setException(e);
        }
      }
    }
  }

  private @Nullable Object readAnswer() throws IOException {
    String line = new String(reader.readUntil((byte) '\r', (byte) '\n'), UTF_8).strip();
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest;
      case '-' -> new Refusal(rest);
      case ':' -> Long.valueOf(rest);
      case '$' -> readString(Integer.parseInt(rest));
      case '*' -> readList(Integer.parseInt(rest));
      default -> throw new IOException("this is no answer of Redis: " + line);
    };
  }

  private @Nullable String readString(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    String string = new String(reader.readExactly(length), UTF_8);
    if (reader.readExactly(2).length < 2) {
      throw new EOFException();
    }
    return string;
  }

  private @Nullable List<@Nullable Object> readList(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    List<@Nullable Object> list = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      list.add(readAnswer());
    }
    return list;
  }

  /** Closes the connection; answers that have not come fail. */
  @Override
  public void close() {
    writer.close();
  }

  /**
   * Counts in Redis, and tells how far it got.
   *
   * @param args the port of Redis, 6379 by default
   */
  public static void main(String[] args) throws Exception {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 6379;
    run(() -> {
      try (RespClient redis = connect("127.0.0.1", port)) {
        System.out.println("counted to " + count(redis, 100_000));
      }
    });
  }

  /** Increments a new counter many times, pipelined. */
  static @Nullable Object count(RespClient redis, int times) throws Exception {
    redis.call("DEL", "culebra:counter");
    LoopFuture<@Nullable Object> last = redis.send("EXISTS", "culebra:counter");
    for (int i = 0; i < times; i++) {
      last = redis.send("INCR", "culebra:counter");
      redis.drain();
    }
    return last.await();
  }
}
