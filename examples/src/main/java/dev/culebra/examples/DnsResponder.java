// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.openDatagramEndpoint;
import static dev.culebra.Asyncio.run;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.culebra.net.AsyncDatagramSocket;
import dev.culebra.net.Datagram;
import dev.culebra.net.DatagramOptions;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;

/** Answers DNS queries for IPv4 addresses from a table: RFC 1035. */
class DnsResponder {
  static final Map<String, byte[]> TABLE =
      Map.of("culebra.test.", new byte[] {127, 0, 0, 1}, "snake.test.", new byte[] {127, 0, 0, 2});

  static final short ANSWER = (short) 0x8400;
  static final short NO_SUCH_NAME = 3;
  static final int HEADER = 12;

  static void main(String[] args) throws Exception {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 5353;
    run(() -> {
      try (AsyncDatagramSocket socket =
          openDatagramEndpoint(DatagramOptions.DEFAULT.withLocalAddress("127.0.0.1", port))) {
        IO.println("serving on " + socket.localAddress());
        while (true) {
          Datagram query = socket.receive();
          if (query.data().remaining() > HEADER) {
            socket.sendTo(answer(query.data()), query.from());
          }
        }
      }
    });
  }

  static ByteBuffer answer(ByteBuffer query) {
    short id = query.getShort();
    query.position(HEADER);
    String name = readName(query);
    query.position(query.position() + 4); // its type and class
    byte[] address = TABLE.get(name.toLowerCase(Locale.ROOT));

    ByteBuffer answer = ByteBuffer.allocate(512);
    answer.putShort(id);
    answer.putShort(address == null ? (short) (ANSWER | NO_SUCH_NAME) : ANSWER);
    answer.putShort((short) 1); // question
    answer.putShort((short) (address == null ? 0 : 1));
    answer.putInt(0);
    answer.put(query.flip().position(HEADER)); // the question, as it came
    if (address != null) {
      answer.putShort((short) (0xc000 | HEADER)); // the name, up there
      answer.putShort((short) 1).putShort((short) 1); // an address, of the internet
      answer.putInt(60); // for so many seconds
      answer.putShort((short) address.length).put(address);
    }
    return answer.flip();
  }

  static String readName(ByteBuffer from) {
    StringBuilder name = new StringBuilder();
    for (int length = from.get(); length > 0; length = from.get()) {
      byte[] label = new byte[length];
      from.get(label);
      name.append(new String(label, US_ASCII)).append('.');
    }
    return name.toString();
  }
}
