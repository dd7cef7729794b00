// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import dev.culebra.net.Protocol;
import dev.culebra.net.Transport;
import java.nio.ByteBuffer;

/** Sends back what comes, and reads no more while the peer does not read. */
final class EchoProtocol implements Protocol {

  @SuppressWarnings("NullAway.Init") // connectionMade comes first
  private Transport transport;

  @Override
  public void connectionMade(Transport transport) {
    this.transport = transport;
  }

  @Override
  public void dataReceived(ByteBuffer data) {
    transport.write(data);
  }

  @Override
  public void pauseWriting() {
    transport.pauseReading();
  }

  @Override
  public void resumeWriting() {
    transport.resumeReading();
  }
}
