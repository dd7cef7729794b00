// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.openUnixConnection;
import static dev.culebra.Asyncio.startServer;
import static dev.culebra.Asyncio.startUnixServer;
import static dev.culebra.Asyncio.toThread;
import static dev.culebra.Asyncio.wrapFuture;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Asyncio;
import dev.culebra.AwaitableAction;
import dev.culebra.LoopFuture;
import dev.culebra.LoopPolicy;
import dev.culebra.RunOptions;
import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs of others at the other end, on each backend. */
class PeersTest {

  private static final int COMMANDS = 100_000;

  /** Not JUnit's: a path of a socket must be short. */
  private Path directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createTempDirectory("peers");
  }

  @AfterEach
  void removeDirectory() throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  static List<String> backends() {
    return LoopPolicy.available().entrySet().stream()
        .filter(backend -> backend.getValue().available())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static void run(String backend, AwaitableAction body) throws Exception {
    Asyncio.<@Nullable Void>run(
        body.asAwaitable(),
        RunOptions.DEFAULT.withLoopFactory(LoopPolicy.forBackend(backend)::newEventLoop));
  }

  private static byte[] message(int length) {
    byte[] message = new byte[length];
    new Random(7).nextBytes(message);
    return message;
  }

  private static void hello(StreamReader reader, StreamWriter writer) throws IOException {
    try (writer) {
      String request = new String(reader.readUntil("\r\n\r\n".getBytes(US_ASCII)), US_ASCII);
      byte[] body = ("you asked: " + request.lines().findFirst().orElse("")).getBytes(US_ASCII);
      writer.write(
          ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n\r\n")
              .getBytes(US_ASCII));
      writer.write(body);
      writer.drain();
    }
  }

  // ---- HTTP

  @ParameterizedTest
  @MethodSource("backends")
  void curlFetchesFromAUnixSocket(String backend) throws Exception {
    Peer.assumeInstalled("curl");
    Path socket = directory.resolve("http");
    run(backend, () -> {
      try (Server server = startUnixServer(PeersTest::hello, UnixDomainSocketAddress.of(socket))) {
        for (int i = 0; i < 3; i++) {
          try (Peer curl = Peer.start(
              "curl",
              "--silent",
              "--show-error",
              "--fail",
              "--max-time",
              "20",
              "--unix-socket",
              socket.toString(),
              "http://localhost/page" + i)) {
            assertEquals(
                "you asked: GET /page" + i + " HTTP/1.1",
                new String(toThread(curl::output), US_ASCII));
          }
        }
        assertTrue(server.isServing());
      }
    });
  }

  @ParameterizedTest
  @MethodSource("backends")
  void theJdksHttpClientFetches(String backend) throws Exception {
    run(backend, () -> {
      try (HttpClient client =
              HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
          Server server = startServer(PeersTest::hello, "127.0.0.1", 0)) {
        int port = ((InetSocketAddress) server.addresses().get(0)).getPort();
        List<LoopFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          HttpRequest request = HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + port + "/page" + i))
              .timeout(Duration.ofSeconds(20))
              .build();
          answers.add(wrapFuture(client.sendAsync(request, HttpResponse.BodyHandlers.ofString())));
        }
        for (int i = 0; i < 20; i++) {
          assertEquals(
              "you asked: GET /page" + i + " HTTP/1.1", answers.get(i).await().body());
        }
      }
    });
  }

  // ---- socat

  private static void echo(StreamReader reader, StreamWriter writer) throws IOException {
    try (writer) {
      while (!reader.atEof()) {
        writer.write(reader.read(64 * 1024));
        writer.drain();
      }
    }
  }

  /** socat ends its output when its input does, and then reads on to our end. */
  @ParameterizedTest
  @MethodSource("backends")
  void socatTalksToOurUnixServer(String backend) throws Exception {
    Peer.assumeInstalled("socat");
    Path socket = directory.resolve("ours");
    byte[] message = message(300_000);
    run(backend, () -> {
      try (Server server = startUnixServer(PeersTest::echo, UnixDomainSocketAddress.of(socket));
          Peer socat = Peer.start("socat", "-t", "20", "-", "UNIX-CONNECT:" + socket)) {
        LoopFuture<byte[]> output = Asyncio.getRunningLoop().runInExecutor(null, socat::output);
        toThread(() -> {
          socat.feed(message);
        });
        assertArrayEquals(message, output.await());
        assertTrue(server.isServing());
      }
    });
  }

  /** There socat sends back all that it has got, by way of cat. */
  @ParameterizedTest
  @MethodSource("backends")
  void weTalkToAUnixListenerOfSocats(String backend) throws Exception {
    Peer.assumeInstalled("socat");
    Path socket = directory.resolve("theirs");
    byte[] message = message(300_000);
    try (Peer socat =
        Peer.start("socat", "-d", "-d", "-t", "20", "UNIX-LISTEN:" + socket, "EXEC:cat")) {
      socat.awaitLine("listening on");
      run(backend, () -> {
        try (StreamConnection connection = openUnixConnection(UnixDomainSocketAddress.of(socket))) {
          LoopFuture<byte[]> answer =
              Asyncio.createTask(() -> connection.reader().readAll());
          connection.writer().write(message);
          connection.writer().drain();
          connection.writer().writeEof();
          assertArrayEquals(message, answer.await());
        }
      });
      socat.output();
    }
  }

  // ---- redis

  /** Listens at the socket alone, keeps nothing, and ends with the test. */
  private Peer redis(Path socket) throws Exception {
    Peer redis = Peer.start(
        "redis-server",
        "--port",
        "0",
        "--unixsocket",
        socket.toString(),
        "--save",
        "",
        "--appendonly",
        "no",
        "--daemonize",
        "no",
        "--dir",
        directory.toString());
    redis.awaitLine("ready to accept connections at " + socket);
    return redis;
  }

  @ParameterizedTest
  @MethodSource("backends")
  void redisAnswersAHundredThousandPipelinedCommands(String backend) throws Exception {
    Peer.assumeInstalled("redis-server");
    Path socket = directory.resolve("redis");
    try (Peer server = redis(socket)) {
      run(backend, () -> {
        try (RespClient redis = RespClient.connect(UnixDomainSocketAddress.of(socket))) {
          assertEquals("PONG", redis.call("PING"));
          List<LoopFuture<@Nullable Object>> answers = new ArrayList<>();
          for (int i = 0; i < COMMANDS; i++) {
            answers.add(redis.send("INCR", "counter"));
            redis.drain();
          }
          for (int i = 0; i < COMMANDS; i++) {
            assertEquals(i + 1L, answers.get(i).await());
          }
        }
      });
      assertTrue(server.isAlive());
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void redisAnswersOfEachKindAreUnderstood(String backend) throws Exception {
    Peer.assumeInstalled("redis-server");
    Path socket = directory.resolve("redis");
    String large = "x".repeat(1_000_000) + "\r\n$5\r\né";
    try (Peer server = redis(socket)) {
      run(backend, () -> {
        try (RespClient redis = RespClient.connect(UnixDomainSocketAddress.of(socket))) {
          assertEquals("OK", redis.call("SET", "key", large));
          assertEquals(large, redis.call("GET", "key"));
          assertEquals(null, redis.call("GET", "nothing"));
          assertEquals(3L, redis.call("RPUSH", "list", "a", "", "c"));
          assertEquals(Arrays.asList("a", "", "c"), redis.call("LRANGE", "list", "0", "-1"));
          RespClient.Refusal refusal =
              assertThrows(RespClient.Refusal.class, () -> redis.call("INCR", "key"));
          assertEquals("ERR value is not an integer or out of range", refusal.getMessage());
          assertEquals(1_000L, RespClient.count(redis, 1_000));
        }
      });
      assertTrue(server.isAlive());
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aRedisThatDiesFailsWhatIsAwaited(String backend) throws Exception {
    Peer.assumeInstalled("redis-server");
    Path socket = directory.resolve("redis");
    try (Peer server = redis(socket)) {
      run(backend, () -> {
        try (RespClient redis = RespClient.connect(UnixDomainSocketAddress.of(socket))) {
          assertEquals("PONG", redis.call("PING"));
          LoopFuture<@Nullable Object> never = redis.send("BLPOP", "nothing", "0");
          toThread(server::close);
          assertThrows(IOException.class, never::await);
          assertThrows(IOException.class, () -> redis.call("PING"));
        }
      });
    }
  }
}
