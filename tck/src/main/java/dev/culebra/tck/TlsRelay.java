// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;

/** Speaks TLS as a client by hand, so that a test says which bytes leave in one segment. */
final class TlsRelay {

  private final Peer peer;
  private final SSLEngine engine = Certificates.CLIENT_CONTEXT.createSSLEngine("localhost", 1);
  private final ByteBuffer received = ByteBuffer.allocate(100_000);
  private final ByteBuffer plain = ByteBuffer.allocate(100_000);

  TlsRelay(Peer peer) {
    this.peer = peer;
    engine.setUseClientMode(true);
  }

  /** Sends a command and the first of the handshake as one, takes the answer, and echoes a byte. */
  int echoOnceAfter(byte[] command, byte[] answer) throws Exception {
    engine.beginHandshake();
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    first.writeBytes(command);
    first.writeBytes(wrap(new byte[0]));
    peer.send(first.toByteArray());
    assertArrayEquals(answer, peer.receive(answer.length));
    while (engine.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING) {
      advance();
    }
    peer.send(wrap(new byte[] {42}));
    while (plain.position() == 0) {
      advance();
    }
    assertArrayEquals(new byte[] {42}, java.util.Arrays.copyOf(plain.array(), plain.position()));
    engine.closeOutbound();
    peer.send(wrap(new byte[0]));
    return 0;
  }

  private void advance() throws Exception {
    switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> engine.getDelegatedTask().run();
      case NEED_WRAP -> peer.send(wrap(new byte[0]));
      default -> unwrap();
    }
  }

  private byte[] wrap(byte[] data) throws Exception {
    ByteBuffer target = ByteBuffer.allocate(20_000);
    engine.wrap(ByteBuffer.wrap(data), target);
    return java.util.Arrays.copyOf(target.array(), target.position());
  }

  private void unwrap() throws Exception {
    received.flip();
    SSLEngineResult result = engine.unwrap(received, plain);
    received.compact();
    if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
      assertTrue(peer.receiveSome(received) >= 0, "the stream has ended");
      LockSupport.parkNanos(100_000);
    }
  }
}
