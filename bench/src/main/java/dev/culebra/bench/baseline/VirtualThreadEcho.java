// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.baseline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Echoes with blocking sockets, a virtual thread for each connection: what a JDK 25 program does by itself. */
public final class VirtualThreadEcho {

  /** Little, so that thousands of connections are cheap; a connection that fills its buffer gets a larger one. */
  private static final int FIRST_BUFFER_BYTES = 4 * 1024;

  private static final int LARGEST_BUFFER_BYTES = 256 * 1024;
  private static final int BACKLOG = 1024;

  private VirtualThreadEcho() {}

  /**
   * Serves until the process is killed.
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
    byte[] buffer = new byte[FIRST_BUFFER_BYTES];
    try (client) {
      client.setTcpNoDelay(true);
      InputStream in = client.getInputStream();
      OutputStream out = client.getOutputStream();
      for (int count; (count = in.read(buffer)) >= 0; ) {
        out.write(buffer, 0, count);
        if (count == buffer.length && count < LARGEST_BUFFER_BYTES) {
          buffer = new byte[count * 4];
        }
      }
    } catch (IOException e) {
      // A client that breaks its connection is no business of the others.
    }
  }
}
