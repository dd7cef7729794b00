// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.startServer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culebra.net.Server;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.StreamHandler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with peers of others: curl, openssl, and the JDK's HTTP client. */
@Tag("slow") // each starts a program
abstract class TlsPeersContract extends TlsOnLoop {

  private static final int BODY_BYTES = 200_000;
  private static final List<String> VERSIONS = List.of("1.2", "1.3");

  /** Answers one request of HTTP/1.1 with many bytes. */
  private static final StreamHandler HTTP = (reader, writer) -> {
    try (writer) {
      while (reader.readLine().length > 2) {
        // the head of the request
      }
      writer.write(
          ("HTTP/1.1 200 OK\r\nContent-Length: " + BODY_BYTES + "\r\nConnection: close\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      writer.write("x".repeat(BODY_BYTES).getBytes(StandardCharsets.US_ASCII));
      writer.drain();
    }
  };

  @Test
  void curlDownloads(@TempDir Path folder) throws Exception {
    String curl = installed("curl");
    Path authority = Files.writeString(folder.resolve("ca"), Certificates.SERVER.certificatePem());
    run(() -> {
      Server server = startServer(HTTP, HOST, 0, SERVING);
      for (String version : VERSIONS) {
        String out = aside(() -> run(
                "",
                List.of(
                    curl,
                    "--silent",
                    "--show-error",
                    "--max-time",
                    "20",
                    "--http1.1",
                    "--cacert",
                    authority.toString(),
                    "--tlsv" + version,
                    "--tls-max",
                    version,
                    "https://localhost:" + port(server) + "/",
                    "--resolve",
                    "localhost:" + port(server) + ":" + HOST,
                    "--noproxy",
                    "*")))
            .await();
        assertEquals("x".repeat(BODY_BYTES), out);
      }
      server.close();
      server.awaitClosed();
    });
  }

  @Test
  void curlDoesNotTrustAnUnknownAuthority() throws Exception {
    String curl = installed("curl");
    run(() -> {
      Server server = startServer(HTTP, HOST, 0, SERVING);
      Process process = aside(() -> {
            Process started = new ProcessBuilder(
                    curl,
                    "--silent",
                    "--max-time",
                    "20",
                    "--noproxy",
                    "*",
                    "https://" + HOST + ":" + port(server) + "/")
                .start();
            ended(started);
            return started;
          })
          .await();
      assertEquals(60, process.exitValue()); // as curl(1) has it: the certificate is not trusted
      server.close();
      server.awaitClosed();
    });
  }

  @Test
  void theJdksHttpClientDownloads() throws Exception {
    run(() -> {
      Server server = startServer(HTTP, HOST, 0, SERVING);
      int port = port(server);
      String body = aside(() -> {
            try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(Certificates.CLIENT_CONTEXT)
                .build()) {
              return client
                  .send(
                      HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/"))
                          .build(),
                      HttpResponse.BodyHandlers.ofString())
                  .body();
            }
          })
          .await();
      assertEquals(BODY_BYTES, body.length());
      server.close();
      server.awaitClosed();
    });
  }

  @Test
  void opensslConnectsAndAsksForNewKeys(@TempDir Path folder) throws Exception {
    String openssl = installed("openssl");
    Path authority = Files.writeString(folder.resolve("ca"), Certificates.SERVER.certificatePem());
    run(() -> {
      Server server = startServer(
          (reader, writer) -> {
            try (writer) {
              byte[] line = reader.readLine();
              writer.write(line);
              writer.write(reader.readLine());
              writer.drain();
            }
          },
          HOST,
          0,
          SERVING);
      for (String version : VERSIONS) {
        // K asks for new keys on both sides, R for another handshake.
        String input = "first\n" + (version.equals("1.3") ? "K" : "R") + "\nsecond\n";
        String out = aside(() -> run(
                input,
                List.of(
                    openssl,
                    "s_client",
                    "-connect",
                    HOST + ":" + port(server),
                    "-servername",
                    "localhost",
                    "-verify_return_error",
                    "-CAfile",
                    authority.toString(),
                    "-tls" + version.replace('.', '_'))))
            .await();
        assertTrue(out.contains("Verify return code: 0 (ok)"), out);
        assertTrue(out.contains("first") && out.contains("second"), out);
      }
      server.close();
      server.awaitClosed();
    });
  }

  @Test
  void opensslServes(@TempDir Path folder) throws Exception {
    String openssl = installed("openssl");
    Path certificate =
        Files.writeString(folder.resolve("cert"), Certificates.SERVER.certificatePem());
    Path key = Files.writeString(folder.resolve("key"), Certificates.SERVER.keyPem());
    for (String version : VERSIONS) {
      int port = vacantPort();
      Process process = new ProcessBuilder(
              openssl,
              "s_server",
              "-accept",
              HOST + ":" + port,
              "-cert",
              certificate.toString(),
              "-key",
              key.toString(),
              "-rev",
              "-naccept",
              "2",
              "-tls" + version.replace('.', '_'))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
      try {
        run(() -> {
          StreamConnection connection = connectedWhenReady(port);
          connection.writer().write("abc\n".getBytes(StandardCharsets.US_ASCII));
          assertEquals(
              "cba\n", new String(connection.reader().readLine(), StandardCharsets.US_ASCII));
          assertEquals(
              "TLSv" + version,
              TlsContract.session(connection.writer().transport()).protocol());
          connection.close();
          connection.writer().awaitClosed();
        });
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
  }

  private StreamConnection connectedWhenReady(int port) {
    StreamConnection[] connection = new StreamConnection[1];
    await("openssl s_server", () -> {
      try {
        connection[0] = openConnection(HOST, port, CONNECTING);
        return true;
      } catch (IOException e) {
        return false; // it does not listen yet
      }
    });
    return connection[0];
  }

  /** Runs a program to its end, and returns what it says. */
  private String run(String input, List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(new ArrayList<>(command)).redirectErrorStream(true).start();
    try {
      for (String line : input.lines().map(each -> each + "\n").toList()) {
        process.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
        Thread.sleep(200); // s_client takes a command only where it is all that can be read
      }
      if (input.isEmpty()) {
        process.getOutputStream().close();
      }
      Thread killer = Thread.ofVirtual().start(() -> ended(process));
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      killer.join();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  private void ended(Process process) {
    try {
      if (!process.waitFor(patience().toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
  }

  private static String installed(String program) {
    for (String folder : System.getenv("PATH").split(":", -1)) {
      Path file = Path.of(folder, program);
      if (Files.isExecutable(file)) {
        return file.toString();
      }
    }
    System.out.println("skipped: " + program + " is not installed");
    assumeTrue(false, program + " is not installed");
    throw new AssertionError();
  }
}
