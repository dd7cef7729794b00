// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients, one of them a browser, get of the examples that speak HTTP. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class HttpExamplesTest {

  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final int RGB = 0xffffff;

  static List<Arguments> examples() {
    return Platform.backends().stream()
        .flatMap(backend -> Stream.of(E19StreamsHttp.class, E20ProtocolHttp.class)
            .map(example -> Arguments.of(example, backend)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void printsItsAddressAndEachRequestAndGreets(Class<?> example, Platform backend)
      throws Exception {
    try (Program server = backend.start(example, "0")) {
      URI uri = addressOf(server);

      for (String path : new String[] {"/first", "/second"}) {
        assertEquals("Hello Client!", fetch(uri.resolve(path)));
        assertEquals("GET " + path + " HTTP/1.1", server.readLine());
        skipHeaders(server);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void curlGetsIt(Class<?> example, Platform backend) throws Exception {
    Peer.assumeInstalled("curl");
    try (Program server = backend.start(example, "0");
        Peer curl = Peer.start(
            "curl",
            "--silent",
            "--show-error",
            "--max-time",
            "20",
            addressOf(server).toString())) {
      assertEquals("Hello Client!", new String(curl.output(), UTF_8));
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void aBrowserReadsIt(Class<?> example, Platform backend) throws Exception {
    Peer.assumeInstalled("chromium");
    try (Program server = backend.start(example, "0");
        Peer browser = chromium("--dump-dom", addressOf(server))) {
      String page = new String(browser.output(), UTF_8);
      assertTrue(page.contains(">Hello Client!<"), page);
    }
  }

  /** Whether it is that text, only people can tell: the picture stays in {@code target}. */
  @ParameterizedTest
  @ValueSource(classes = {E19StreamsHttp.class, E20ProtocolHttp.class})
  void aBrowserShowsIt(Class<?> example) throws Exception {
    Peer.assumeInstalled("chromium");
    Platform backend = Platform.backends().get(0);
    Path picture = TARGET.resolve(example.getSimpleName() + ".png");
    try (Program server = backend.start(example, "0");
        Peer browser = chromium("--screenshot=" + picture, addressOf(server))) {
      browser.output();
    }
    BufferedImage image = ImageIO.read(picture.toFile());
    int[] colours =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    assertTrue(Arrays.stream(colours).anyMatch(colour -> (colour & RGB) == 0), "nothing is black");
  }

  private static Peer chromium(String what, URI address) throws Exception {
    Path profile = Files.createTempDirectory(TARGET, "chromium");
    return Peer.start(
        "chromium",
        "--headless",
        "--no-sandbox", // which root is refused
        "--disable-gpu",
        "--user-data-dir=" + profile,
        "--window-size=400,200",
        what,
        address.toString());
  }

  private static URI addressOf(Program server) throws Exception {
    String address = server.readLine();
    assertTrue(address.startsWith("serving on /127.0.0.1:"), address);
    return URI.create("http://127.0.0.1:" + address.substring(address.lastIndexOf(':') + 1) + "/");
  }

  /** The request's other lines, its empty line, and the one that println ends it with. */
  private static void skipHeaders(Program server) throws Exception {
    String line = server.readLine();
    while (!line.isEmpty()) {
      line = server.readLine();
    }
    assertEquals("", server.readLine());
  }

  private static String fetch(URI uri) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(uri)
          .version(HttpClient.Version.HTTP_1_1)
          .timeout(Duration.ofSeconds(10))
          .build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }
}
