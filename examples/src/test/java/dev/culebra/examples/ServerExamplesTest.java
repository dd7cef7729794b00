// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.naming.NameNotFoundException;
import javax.naming.directory.InitialDirContext;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients get of the examples that serve. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class ServerExamplesTest {

  private static final String BACKENDS = "dev.culebra.examples.Platform#backends";

  @TempDir
  private Path folder;

  private static int portOf(Program server) throws IOException {
    String line = server.readLine();
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  /** A client whose lines are text. */
  private record Client(Socket socket, BufferedReader in) implements AutoCloseable {

    static Client of(int port) throws IOException {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      return new Client(
          socket, new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)));
    }

    void write(String line) throws IOException {
      socket.getOutputStream().write((line + "\n").getBytes(US_ASCII));
    }

    String read() throws IOException {
      return in.readLine();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void whatOneSaysInTheChatAllOthersHear(Platform backend) throws Exception {
    try (Program server = backend.start(ChatServer.class, "0")) {
      int port = portOf(server);
      try (Client ann = Client.of(port);
          Client cyd = Client.of(port)) {
        try (Client bob = Client.of(port)) {
          for (Client client : List.of(ann, cyd, bob)) {
            assertTrue(client.read().startsWith("you are number "));
          }
          ann.write("hello");
          assertEquals("hello", bob.read());
          assertEquals("hello", cyd.read());
        }
        cyd.write("bye");
        assertEquals("bye", ann.read());
      }
    }
  }

  /** The far end reads to the end of what is sent before it answers. */
  @ParameterizedTest
  @MethodSource(BACKENDS)
  void theProxyHandsOnTheEndOfEachDirection(Platform backend) throws Exception {
    byte[] message = new byte[1_000_000];
    new Random(3).nextBytes(message);
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Program proxy =
            backend.start(TcpProxy.class, "0", Integer.toString(listener.getLocalPort()));
        Socket near = new Socket(InetAddress.getLoopbackAddress(), portOf(proxy));
        Socket far = listener.accept()) {
      CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> readAll(far));
      near.getOutputStream().write(message);
      near.shutdownOutput();
      assertArrayEquals(message, received.get());
      far.getOutputStream().write("thanks".getBytes(US_ASCII));
      far.shutdownOutput();
      assertEquals("thanks", new String(readAll(near), US_ASCII));
    }
  }

  private static byte[] readAll(Socket socket) {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void filesOfTheFolderAreServedAndNoOthers(Platform backend) throws Exception {
    byte[] content = new byte[3_000_000];
    new Random(4).nextBytes(content);
    Files.write(folder.resolve("file"), content);
    Files.write(folder.resolve("empty"), new byte[0]);
    Files.createDirectory(folder.resolve("public"));
    Files.write(folder.resolve("public/page"), new byte[] {7});
    try (Program server = backend.start(FileServer.class, "0", folder.toString());
        HttpClient client = HttpClient.newHttpClient()) {
      String site = "http://127.0.0.1:" + portOf(server);
      assertArrayEquals(content, get(client, site + "/file").body());
      assertArrayEquals(new byte[0], get(client, site + "/empty").body());
      assertArrayEquals(new byte[] {7}, get(client, site + "/public/page").body());
      for (String path : List.of("/nothing", "/public", "/../../etc/passwd", "//etc/passwd")) {
        assertEquals(404, get(client, site + path).statusCode(), path);
      }
    }
  }

  private static HttpResponse<byte[]> get(HttpClient client, String uri) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(uri))
        .version(HttpClient.Version.HTTP_1_1)
        .build();
    return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void namesOfTheTableAreResolvedByTheJdk(Platform backend) throws Exception {
    try (Program server = backend.start(DnsResponder.class, "0")) {
      Properties environment = new Properties();
      environment.setProperty("java.naming.factory.initial", "com.sun.jndi.dns.DnsContextFactory");
      environment.setProperty("java.naming.provider.url", "dns://127.0.0.1:" + portOf(server));
      InitialDirContext dns = new InitialDirContext(environment);
      try {
        assertEquals("A: 127.0.0.1", address(dns, "culebra.test"));
        assertEquals("A: 127.0.0.2", address(dns, "Snake.test"));
        assertThrows(NameNotFoundException.class, () -> address(dns, "python.test"));
      } finally {
        dns.close();
      }
    }
  }

  @SuppressWarnings("BanJNDI") // it asks our own server
  private static String address(InitialDirContext dns, String name) throws Exception {
    return dns.getAttributes(name, new String[] {"A"}).get("A").toString();
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void whoeverWaitsGetsAnAnswerBeforeTheServerEnds(Platform backend) throws Exception {
    try (Program server = backend.start(GracefulServer.class, "0")) {
      int port = portOf(server);
      try (Client client = Client.of(port)) {
        client.write("sums");
        assertEquals("works", server.readLine());
        server.signal("TERM");
        assertEquals("lets nobody in", server.readLine());
        assertEquals("done: sums", client.read());
        assertEquals("all have left", server.readLine());
        assertThrows(IOException.class, () -> Client.of(port).close());
      }
      assertEquals(0, server.awaitExit());
    }
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void whoeverOnlyStaysIsSentAway(Platform backend) throws Exception {
    try (Program server = backend.start(GracefulServer.class, "0");
        Client idle = Client.of(portOf(server))) {
      server.signal("INT");
      assertEquals("lets nobody in", server.readLine());
      assertEquals("some had to be sent away", server.readLine());
      assertEquals(0, server.awaitExit());
      assertThrows(IOException.class, () -> {
        if (idle.read() == null) {
          throw new IOException("the end");
        }
      });
    }
  }

  @ParameterizedTest
  @MethodSource(BACKENDS)
  void theJdksWebSocketIsEchoed(Platform backend) throws Exception {
    try (Program server = backend.start(WebSocketEcho.class, "0");
        HttpClient client = HttpClient.newHttpClient()) {
      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      WebSocket socket = client
          .newWebSocketBuilder()
          .buildAsync(URI.create("ws://127.0.0.1:" + portOf(server)), new Listener(heard))
          .get();
      socket.sendText("hello", true).get();
      assertEquals("hello", heard.poll(20, TimeUnit.SECONDS));
      char[] large = new char[100_000];
      Arrays.fill(large, 'x');
      socket.sendText(new String(large), true).get();
      assertEquals(new String(large), heard.poll(20, TimeUnit.SECONDS));
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get();
      assertEquals("closed 1000", heard.poll(20, TimeUnit.SECONDS));
    }
  }

  private static final class Listener implements WebSocket.Listener {

    private final BlockingQueue<String> heard;
    private final StringBuilder message = new StringBuilder();

    Listener(BlockingQueue<String> heard) {
      this.heard = heard;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      message.append(data);
      if (last) {
        heard.add(message.toString());
        message.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      heard.add("closed " + code);
      return null;
    }
  }
}
