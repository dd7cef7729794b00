// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpExamplesTest {

  @ParameterizedTest
  @ValueSource(classes = {E19StreamsHttp.class, E20ProtocolHttp.class})
  void printsItsAddressAndEachRequestAndGreets(Class<?> example) throws Exception {
    try (Program server = Program.example(example, "0")) {
      String address = server.readLine();
      assertTrue(address.startsWith("serving on /127.0.0.1:"), address);
      URI uri = URI.create("http://127.0.0.1:" + address.substring(address.lastIndexOf(':') + 1));

      for (String path : new String[] {"/first", "/second"}) {
        assertEquals("Hello Client!", fetch(uri.resolve(path)));
        assertEquals("GET " + path + " HTTP/1.1", server.readLine());
        skipHeaders(server);
      }
    }
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
