// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import org.junit.jupiter.api.Nested;

/**
 * Runs the contract of connections, servers and sockets on a backend.
 *
 * <p>A backend extends this once, beside {@link BackendTck} and {@link LoopTck}, and runs it twice:
 * with {@code -Dculebra.tasks=carried} and with {@code -Dculebra.tasks=baton}.
 */
public abstract class NetworkTck extends Tck {

  /** Called by the subclass. */
  protected NetworkTck() {}

  /** What a protocol is told, and how a connection ends. */
  @Nested
  class Transports extends TransportContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Pausing what a protocol receives, and changing the protocol. */
  @Nested
  class Receiving extends ReceivingContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** What leaves when, what is buffered, and flow control. */
  @Nested
  class Writing extends WritingContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Servers. */
  @Nested
  class Servers extends ServerContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Connecting. */
  @Nested
  class Clients extends ClientContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Connecting to one of several addresses. */
  @Nested
  class Racing extends ConnectRaceContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Looking up hosts. */
  @Nested
  class Names extends NamesContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Unix sockets. */
  @Nested
  class UnixSockets extends UnixContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Stream readers. */
  @Nested
  class Reading extends ReadingContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Stream writers and stream servers. */
  @Nested
  class Streams extends StreamsContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Files, sent to transports and sockets. */
  @Nested
  class Files extends SendFileContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** What the loop does with refusals, short writes and a broken poller. */
  @Nested
  class Faults extends FaultContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Several loops, and the servers that they share. */
  @Nested
  class LoopGroups extends LoopGroupContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Ten thousand connections at once. */
  @Nested
  class ManyConnections extends ManyConnectionsContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Sockets without a transport. */
  @Nested
  class AsyncSockets extends AsyncSocketContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Callbacks for readiness. */
  @Nested
  class ReadersAndWriters extends ReaderWriterContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Pipes. */
  @Nested
  class Pipes extends PipeContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** TLS. */
  @Nested
  class Tls extends TlsContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** TLS handshakes that fail. */
  @Nested
  class TlsHandshakes extends TlsHandshakeContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Certificates that an authority has signed. */
  @Nested
  class SignedCertificates extends CertificateContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** The end of TLS. */
  @Nested
  class TlsCloses extends TlsCloseContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Starting TLS in mid-stream. */
  @Nested
  class StartTls extends StartTlsContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** TLS with programs of others. */
  @Nested
  class TlsPeers extends TlsPeersContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Datagram endpoints. */
  @Nested
  class Datagrams extends DatagramContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** How datagram endpoints are opened. */
  @Nested
  class DatagramOpening extends DatagramOpeningContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Datagrams in blocking style. */
  @Nested
  class DatagramSockets extends DatagramSocketContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** The end of several loops. */
  @Nested
  class LoopGroupEnds extends LoopGroupEndContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Reading up to one of several separators, and the limit. */
  @Nested
  class ReadingUntil extends ReadUntilContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** What came before the end of a connection, or together with it. */
  @Nested
  class HangUps extends HangUpContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Cancelling at each wait of a call of the network. */
  @Nested
  class CancelledWaits extends CancelledWaitContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** Sending files over TLS. */
  @Nested
  class TlsFiles extends TlsFileContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** What a program, or a peer, may get wrong. */
  @Nested
  class NetworkInput extends NetworkInputContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }

  /** A server's port, its turns at accepting, and its end in the midst of something. */
  @Nested
  class Listening extends ListeningContract {
    @Override
    NetworkTck tck() {
      return NetworkTck.this;
    }
  }
}
