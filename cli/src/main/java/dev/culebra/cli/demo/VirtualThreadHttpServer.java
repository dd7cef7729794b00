// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.demo;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;

/**
 * The same server as {@link StreamsHttpServer} without Culebra: the JDK's blocking sockets, and a virtual thread
 * for each connection.
 */
public final class VirtualThreadHttpServer {

  private static final int BACKLOG = 1024;
  private static final int FIRST_BUFFER_BYTES = 4 * 1024;
  private static final byte[] END_OF_HEAD = HelloRequest.endOfHead();

  private final InputStream in;
  private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
  private int length;

  private VirtualThreadHttpServer(InputStream in) {
    this.in = in;
  }

  /**
   * Serves until the process is ended.
   *
   * @param args the port; by default the system chooses one
   */
  public static void main(String[] args) throws IOException {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 0;
    try (ServerSocket listener =
        new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress())) {
      System.out.println("listening on 127.0.0.1:" + listener.getLocalPort());
      while (true) {
        Socket client = listener.accept();
        Thread.startVirtualThread(() -> serve(client));
      }
    }
  }

  private static void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      OutputStream out = client.getOutputStream();
      VirtualThreadHttpServer connection = new VirtualThreadHttpServer(client.getInputStream());
      HelloRequest request;
      do {
        request = connection.read();
        out.write(request.answer());
      } while (request.keepsAlive());
    } catch (IOException e) {
      // The client is gone, as clients are; between two requests that is how a connection ends.
    }
  }

  private HelloRequest read() throws IOException {
    int end;
    while ((end = endOfHead()) < 0) {
      if (length > HelloRequest.MAX_HEAD_BYTES) {
        return HelloRequest.TOO_LONG;
      }
      receive();
    }
    HelloRequest request = HelloRequest.parse(Arrays.copyOf(buffer, end));
    consume(end);
    for (long left = request.bodyBytes(); left > 0; ) {
      if (length == 0) {
        receive();
      }
      int count = (int) Math.min(left, length);
      consume(count);
      left -= count;
    }
    return request;
  }

  private void receive() throws IOException {
    if (length == buffer.length) {
      buffer = Arrays.copyOf(buffer, length * 2);
    }
    int count = in.read(buffer, length, buffer.length - length);
    if (count < 0) {
      throw new EOFException();
    }
    length += count;
  }

  private void consume(int count) {
    System.arraycopy(buffer, count, buffer, 0, length - count);
    length -= count;
  }

  private int endOfHead() {
    for (int end = END_OF_HEAD.length; end <= length; end++) {
      if (buffer[end - 1] == '\n'
          && Arrays.equals(
              buffer, end - END_OF_HEAD.length, end, END_OF_HEAD, 0, END_OF_HEAD.length)) {
        return end;
      }
    }
    return -1;
  }
}
