// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.demo;

import dev.culebra.cli.load.Dialogue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Gets the greeting again and again over one HTTP/1.1 connection. */
final class GetDialogue implements Dialogue {

  private final ByteBuffer request;
  private final ByteBuffer answer;

  GetDialogue(int port) {
    request = direct(("GET / HTTP/1.1\r\nHost: 127.0.0.1:" + port
            + "\r\nUser-Agent: culebra-demo\r\nAccept: */*\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII));
    answer = direct(HelloRequest.hello());
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes);
  }

  @Override
  public ByteBuffer nextRequest() {
    answer.flip();
    return request.flip();
  }

  @Override
  public ByteBuffer expectedAnswer() {
    return answer;
  }
}
