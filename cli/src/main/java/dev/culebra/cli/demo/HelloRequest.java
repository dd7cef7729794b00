// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.demo;

import java.nio.charset.StandardCharsets;

/**
 * Understands as much of an HTTP/1.x request as it takes to greet whoever sent it, whatever they asked for.
 *
 * @param answer the whole answer
 * @param bodyBytes how long the body is that follows the head; it is of no interest, but must be read
 * @param keepsAlive whether another request may follow
 */
@SuppressWarnings("ArrayRecordComponent") // only ever sent, never compared
record HelloRequest(byte[] answer, long bodyBytes, boolean keepsAlive) {

  static final String GREETING = "Hello Client!";
  static final int MAX_HEAD_BYTES = 64 * 1024;

  /** What a request gets whose head is longer than {@link #MAX_HEAD_BYTES}. */
  static final HelloRequest TOO_LONG = refusal("431 Request Header Fields Too Large");

  private static final HelloRequest MALFORMED = refusal("400 Bad Request");
  private static final HelloRequest CHUNKED = refusal("501 Not Implemented");
  private static final HelloRequest OTHER_VERSION = refusal("505 HTTP Version Not Supported");

  private static final String KEEP_ALIVE = "Connection: keep-alive\r\n";
  private static final String CLOSE = "Connection: close\r\n";
  private static final byte[] HELLO = answer("200 OK", "", GREETING, true);
  private static final byte[] HELLO_KEEP_ALIVE = answer("200 OK", KEEP_ALIVE, GREETING, true);

  private static final String LINE_END = "\r\n";

  /** The bytes that end a request's head. */
  static byte[] endOfHead() {
    return (LINE_END + LINE_END).getBytes(StandardCharsets.US_ASCII);
  }

  /** The answer to a GET of HTTP/1.1. */
  static byte[] hello() {
    return HELLO.clone();
  }

  /**
   * Reads a request's head.
   *
   * @param head all from the request line to the empty line
   */
  static HelloRequest parse(byte[] head) {
    String text = new String(head, StandardCharsets.ISO_8859_1);
    int lineEnd = text.indexOf(LINE_END);
    int version = text.lastIndexOf(' ', lineEnd) + 1;
    int target = text.indexOf(' ') + 1;
    if (target < 2 || version - target < 2 || text.indexOf(' ', target) != version - 1) {
      return MALFORMED;
    }
    boolean old = text.startsWith("HTTP/1.0\r", version);
    if (!old && !text.startsWith("HTTP/1.", version)) {
      return text.startsWith("HTTP/", version) ? OTHER_VERSION : MALFORMED;
    }
    long bodyBytes = 0;
    boolean keepsAlive = !old;
    for (int start = lineEnd + 2; !text.startsWith(LINE_END, start); ) {
      int end = text.indexOf(LINE_END, start);
      int colon = text.indexOf(':', start);
      if (colon <= start || colon > end) {
        return MALFORMED;
      }
      if (isNamed(text, start, colon, "Connection")) {
        String wish = text.substring(colon + 1, end).strip();
        keepsAlive = old ? wish.equalsIgnoreCase("keep-alive") : !wish.equalsIgnoreCase("close");
      } else if (isNamed(text, start, colon, "Content-Length")) {
        bodyBytes = number(text.substring(colon + 1, end).strip());
      } else if (isNamed(text, start, colon, "Transfer-Encoding")) {
        return CHUNKED;
      }
      start = end + 2;
    }
    if (bodyBytes < 0) {
      return MALFORMED;
    }
    boolean withBody = !text.startsWith("HEAD ");
    return new HelloRequest(helloFor(withBody, keepsAlive, old), bodyBytes, keepsAlive);
  }

  private static byte[] helloFor(boolean withBody, boolean keepsAlive, boolean old) {
    if (withBody && keepsAlive) {
      return old ? HELLO_KEEP_ALIVE : HELLO;
    }
    return answer("200 OK", keepsAlive ? old ? KEEP_ALIVE : "" : CLOSE, GREETING, withBody);
  }

  private static boolean isNamed(String text, int start, int colon, String name) {
    return colon - start == name.length()
        && text.regionMatches(true, start, name, 0, name.length());
  }

  /** A length, or -1 if it is none. */
  private static long number(String digits) {
    return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : -1;
  }

  private static HelloRequest refusal(String status) {
    return new HelloRequest(answer(status, CLOSE, status + "\n", true), 0, false);
  }

  private static byte[] answer(String status, String headers, String body, boolean withBody) {
    String answer =
        "HTTP/1.1 " + status + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
            + body.length() + "\r\n" + headers + "\r\n" + (withBody ? body : "");
    return answer.getBytes(StandardCharsets.US_ASCII);
  }
}
