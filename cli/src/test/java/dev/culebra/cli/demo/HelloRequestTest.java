// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelloRequestTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          GET / HTTP/1.1                                    | true  |   0
          GET /any?thing HTTP/1.1~Host: a                   | true  |   0
          GET / HTTP/1.1~connection: Close                  | false |   0
          GET / HTTP/1.0                                    | false |   0
          GET / HTTP/1.0~Connection: Keep-Alive             | true  |   0
          POST / HTTP/1.1~Content-Length: 123~X: y          | true  | 123
          """)
  void wellFormedRequestsAreGreeted(String head, boolean keepsAlive, long bodyBytes) {
    HelloRequest request = parse(head);

    String answer = text(request);
    assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
    assertTrue(answer.endsWith("\r\n\r\nHello Client!"), answer);
    assertEquals(!keepsAlive, answer.contains("Connection: close\r\n"), answer);
    assertEquals(keepsAlive, request.keepsAlive());
    assertEquals(bodyBytes, request.bodyBytes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET",
        "GET /",
        "GET  HTTP/1.1",
        " / HTTP/1.1",
        "GET / / HTTP/1.1",
        "GET / FTP/1.1",
        "GET / HTTP/1.1~no colon",
        "GET / HTTP/1.1~: no name",
        "GET / HTTP/1.1~Content-Length: -1",
        "GET / HTTP/1.1~Content-Length: 1e3",
        "GET / HTTP/1.1~Content-Length: 99999999999999999999"
      })
  void malformedRequestsAreRefused(String head) {
    assertRefused("400 Bad Request", parse(head));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/2.0", "HTTP/0.9"})
  void otherVersionsAreRefused(String version) {
    assertRefused("505 HTTP Version Not Supported", parse("GET / " + version));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Transfer-Encoding: chunked", "transfer-encoding: gzip"})
  void chunkedBodiesAreRefused(String header) {
    assertRefused("501 Not Implemented", parse("POST / HTTP/1.1~" + header));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD / HTTP/1.1", "HEAD / HTTP/1.1~Connection: close"})
  void headGetsNoBody(String head) {
    String answer = text(parse(head));

    assertTrue(answer.contains("Content-Length: 13\r\n"), answer);
    assertTrue(answer.endsWith("\r\n\r\n"), answer);
  }

  private static void assertRefused(String status, HelloRequest request) {
    assertTrue(text(request).startsWith("HTTP/1.1 " + status + "\r\n"), text(request));
    assertTrue(text(request).contains("Connection: close\r\n"), text(request));
    assertEquals(false, request.keepsAlive());
  }

  private static HelloRequest parse(String head) {
    return HelloRequest.parse(
        (head.replace("~", "\r\n") + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String text(HelloRequest request) {
    return new String(request.answer(), StandardCharsets.US_ASCII);
  }
}
