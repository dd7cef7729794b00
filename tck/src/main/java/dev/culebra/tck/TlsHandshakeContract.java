// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.openConnection;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.Task;
import dev.culebra.net.ConnectOptions;
import dev.culebra.net.Server;
import dev.culebra.net.ServerOptions;
import dev.culebra.net.StreamConnection;
import dev.culebra.net.TlsOptions;
import dev.culebra.net.TlsOptions.ClientCertificates;
import dev.culebra.test.TestClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a TLS handshake that does not succeed: who is told, and that the server lives on. */
abstract class TlsHandshakeContract extends TlsOnLoop {

  /** In debug mode a server reports what this contract is about. */
  @AfterEach
  void forgetFailedHandshakes() {
    while (loop.getDebug() && reports.count() > 0) {
      reports.take("Error on transport creation");
    }
  }

  // Clients

  @Test
  void aCertificateOfAnUnknownAuthorityIsRefused() throws Exception {
    refused(
        "PKIX path building failed",
        SERVING,
        tls -> tls.withContext(Certificates.context(null, Certificates.CLIENT)));
  }

  @Test
  void anotherHostsCertificateIsRefused() throws Exception {
    refused("another.example", SERVING, tls -> tls.withServerName("another.example"));
  }

  @Test
  void withoutVerificationAnotherHostsCertificateWillDo() throws Exception {
    run(() -> {
      Ends ends = ends(
          new Echo(),
          SERVING,
          new ConnectionLog.Pushed(),
          connecting(tls -> tls.withServerName("another.example").withVerifyHostname(false)));
      assertEquals(
          "another.example", TlsContract.session(ends.server().transport()).serverName());
    });
  }

  @Test
  void noCommonVersionIsAFailure() throws Exception {
    refused(
        "protocol_version",
        serving(tls -> tls.withProtocols("TLSv1.3")),
        tls -> tls.withProtocols("TLSv1.2"));
  }

  @Test
  void noCommonApplicationProtocolIsAFailure() throws Exception {
    refused(
        "no_application_protocol",
        serving(tls -> tls.withApplicationProtocols("h2")),
        tls -> tls.withApplicationProtocols("http/1.1"));
  }

  @Test
  void noCommonCipherSuiteIsAFailure() throws Exception {
    refused(
        "handshake_failure",
        serving(tls -> tls.withCipherSuites("TLS_AES_256_GCM_SHA384")),
        tls -> tls.withCipherSuites("TLS_AES_128_GCM_SHA256"));
  }

  /** In TLS 1.2 a client learns in the handshake that its certificate is missing. */
  @Test
  void aClientWithoutTheNeededCertificateIsRefused() throws Exception {
    refused(
        "",
        serving(tls -> tls.withClientCertificates(ClientCertificates.NEEDED)),
        tls -> tls.withProtocols("TLSv1.2"));
  }

  /** In TLS 1.3 a client's handshake is over when the server looks at its certificate. */
  @Test
  void aRefusalAfterTheHandshakeLosesTheConnection() throws Exception {
    run(() -> {
      List<ConnectionLog> served = new ArrayList<>();
      try (Server server = loop.createServer(
          () -> {
            served.add(log());
            return served.get(0);
          },
          HOST,
          0,
          serving(tls -> tls.withClientCertificates(ClientCertificates.NEEDED)))) {
        ConnectionLog client = log();
        loop.createConnection(() -> client, HOST, port(server), CONNECTING);
        assertInstanceOf(SSLException.class, awaitLost(client));
        await("the end of the handshake", () -> server.toString().contains("0 connections"));
        assertEquals(0, served.size());
      }
    });
  }

  private void refused(String message, ServerOptions serving, UnaryOperator<TlsOptions> change)
      throws Exception {
    run(() -> {
      List<ConnectionLog> served = new ArrayList<>();
      Server server = loop.createServer(
          () -> {
            served.add(log());
            return served.get(served.size() - 1);
          },
          HOST,
          0,
          serving);
      ConnectionLog client = log();
      SSLException refusal = assertThrows(
          SSLException.class,
          () -> loop.createConnection(() -> client, HOST, port(server), connecting(change)));
      assertTrue(refusal.toString().contains(message), refusal::toString);
      assertEquals(List.of(), client.events);
      assertEquals(0, served.size());
      server.close();
      server.awaitClosed();
    });
  }

  // Peers that do not speak TLS

  @Test
  void aServerThatSpeaksPlainTextIsToldOf() throws Exception {
    run(() -> {
      Server server = loop.createServer(
          () -> log(new ConnectionLog.Pushed() {
            @Override
            public void dataReceived(java.nio.ByteBuffer data) {
              transport().write("what is this?\r\n".getBytes(StandardCharsets.UTF_8));
            }
          }),
          HOST,
          0);
      SSLHandshakeException failure = assertThrows(
          SSLHandshakeException.class, () -> openConnection(HOST, port(server), CONNECTING));
      assertTrue(failure.toString().contains("does the peer speak TLS?"), failure::toString);
      server.close();
      server.awaitClosed();
    });
  }

  @Test
  void aServerThatGoesAwayInTheHandshakeIsToldOf() throws Exception {
    run(() -> {
      Server server = loop.createServer(
          () -> log(new ConnectionLog.Pushed() {
            @Override
            public void dataReceived(java.nio.ByteBuffer data) {
              transport().close();
            }
          }),
          HOST,
          0);
      SSLHandshakeException failure = assertThrows(
          SSLHandshakeException.class, () -> openConnection(HOST, port(server), CONNECTING));
      assertTrue(failure.toString().contains("closed the connection during"), failure::toString);
      server.close();
      server.awaitClosed();
    });
  }

  @Test
  void aSilentServerIsGivenUp() throws Exception {
    TestClock clock = onClock(TestClock.Mode.JUMPING);
    run(() -> {
      try (ServerSocketChannel silent = silentServer()) {
        Duration before = clock.time();
        SSLHandshakeException failure = assertThrows(
            SSLHandshakeException.class, () -> openConnection(HOST, port(silent), CONNECTING));
        assertEquals(Duration.ofMinutes(1), clock.time().minus(before));
        assertTrue(failure.toString().contains("longer than 60 s"), failure::toString);
        assertInstanceOf(SocketTimeoutException.class, failure.getCause());
        assertThrows(
            SSLHandshakeException.class,
            () -> openConnection(
                HOST,
                port(silent),
                connecting(tls -> tls.withHandshakeTimeout(Duration.ofMillis(1500)))));
        assertEquals(Duration.ofMillis(61_500), clock.time().minus(before));
      }
    });
  }

  private static ServerSocketChannel silentServer() throws IOException {
    return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.ofLiteral(HOST), 0));
  }

  private static int port(ServerSocketChannel server) throws IOException {
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  @Test
  void aCancelledClientLeavesNothing() throws Exception {
    run(() -> {
      try (ServerSocketChannel silent = silentServer()) {
        Task<StreamConnection> task =
            loop.createTask(() -> openConnection(HOST, port(silent), CONNECTING));
        Peer peer = closing(new Peer(aside(silent::accept).await(), patience().toNanos()));
        while (peer.receiveSome(java.nio.ByteBuffer.allocate(10_000)) == 0) {
          sleep(Duration.ZERO);
        }
        task.cancel();
        assertThrows(CancellationException.class, task::await);
        awaitGone(peer);
      }
    });
  }

  // Servers

  @Test
  void aServerServesOthersWhateverAPeerDoes() throws Exception {
    run(() -> {
      Server server = loop.createServer(() -> log(new Echo()), HOST, 0, SERVING);
      Peer silent = peerOf(server);
      Peer plain = peerOf(server);
      plain.send("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      Peer gone = peerOf(server);
      gone.send((byte) 22, (byte) 3);
      gone.close();
      Peer reset = peerOf(server);
      reset.send((byte) 22, (byte) 3);
      reset.reset();
      ConnectionLog client = log();
      loop.createConnection(() -> client, HOST, port(server), CONNECTING);
      client.transport().write(new byte[] {1});
      await("the echo", () -> client.receivedCount() == 1);
      while (plain.receiveSome(java.nio.ByteBuffer.allocate(100)) >= 0) {
        sleep(Duration.ZERO); // an alert, and the end
      }
      assertEquals(0, silent.receiveSome(java.nio.ByteBuffer.allocate(1)));
      client.transport().close();
      awaitLost(client);
      server.closeClients(); // the silent one too
      server.close();
      server.awaitClosed();
      awaitGone(silent);
    });
  }

  @Test
  void aServerGivesASilentPeerUp() throws Exception {
    TestClock clock = onClock(TestClock.Mode.JUMPING);
    run(() -> {
      Server server = loop.createServer(this::log, HOST, 0, SERVING);
      Peer peer = peerOf(server);
      while (!server.toString().contains("1 connections")) {
        sleep(Duration.ofMillis(1));
      }
      Duration before = clock.time();
      server.close();
      server.awaitClosed(); // which waits for handshakes too
      assertTrue(clock.time().minus(before).compareTo(Duration.ofSeconds(61)) < 0);
      awaitGone(peer);
    });
  }

  @Test
  void inDebugModeTheExceptionHandlerLearnsOfIt() throws Exception {
    loop.setDebug(true);
    run(() -> {
      Server server = loop.createServer(this::log, HOST, 0, SERVING);
      peerOf(server).send("hello\r\n".getBytes(StandardCharsets.US_ASCII));
      await("the report", () -> reports.count() == 1);
      assertInstanceOf(
          SSLException.class, reports.take("Error on transport creation").exception());
      server.close();
      server.awaitClosed();
    });
  }

  @Test
  void aFactoryThatThrowsAfterTheHandshakeIsReported() throws Exception {
    IllegalStateException planted = new IllegalStateException("planted");
    run(() -> {
      Server server = loop.createServer(
          () -> {
            throw planted;
          },
          HOST,
          0,
          SERVING);
      ConnectionLog client = log();
      try {
        loop.createConnection(() -> client, HOST, port(server), CONNECTING);
        awaitLost(client);
      } catch (IOException e) {
        // gone before the client had finished
      }
      await("the report", () -> reports.count() == 1);
      assertSame(planted, reports.take("Error on transport creation").exception());
      server.close();
      server.awaitClosed();
    });
  }

  @Test
  void aLoopThatIsClosedClosesHandshakes() throws Exception {
    Peer[] peer = new Peer[1];
    run(() -> {
      Server server = loop.createServer(this::log, HOST, 0, SERVING);
      peer[0] = peerOf(server);
      await("the handshake", () -> server.toString().contains("1 connections"));
      server.close();
    });
    loop.close();
    awaitGone(peer[0]);
  }

  /** Even when no thread may be had, a handshake is not stuck. */
  @Test
  void handshakesGoOnWithoutAnExecutor() throws Exception {
    run(() -> {
      loop.shutdownDefaultExecutor(null);
      Ends ends = ends();
      ends.client().transport().close();
      awaitLost(ends.client());
    });
  }

  // Bad input

  @Test
  void optionsAreCheckedBeforeAnythingIsOpened() throws Exception {
    TlsOptions tls = TlsOptions.DEFAULT;
    for (Duration wrong : new Duration[] {Duration.ZERO, Duration.ofMillis(-1)}) {
      assertThrows(IllegalArgumentException.class, () -> tls.withHandshakeTimeout(wrong));
      assertThrows(IllegalArgumentException.class, () -> tls.withShutdownTimeout(wrong));
    }
    assertThrows(IllegalArgumentException.class, () -> tls.withServerName(""));
    assertThrows(IllegalArgumentException.class, tls::withProtocols);
    assertThrows(IllegalArgumentException.class, tls::withCipherSuites);
    assertThrows(IllegalArgumentException.class, () -> tls.withApplicationProtocols(""));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> ServerOptions.DEFAULT.withTls(tls))
            .toString()
            .contains("TlsContexts.server"));
    run(() -> {
      int nobody = vacantPort();
      assertThrows(
          IllegalArgumentException.class,
          () -> openConnection(HOST, nobody, connecting(o -> o.withProtocols("TLSv9"))));
      assertThrows(
          IllegalArgumentException.class,
          () -> openConnection(HOST, nobody, connecting(o -> o.withCipherSuites("NONE"))));
      assertThrows(
          IllegalArgumentException.class,
          () -> loop.createServer(this::log, HOST, 0, serving(o -> o.withProtocols("TLSv9"))));
      assertThrows(
          IllegalArgumentException.class,
          () -> loop.createUnixConnection(
              this::log,
              UnixDomainSocketAddress.of("/nowhere"),
              ConnectOptions.DEFAULT.withTls(tls)));
    });
  }
}
