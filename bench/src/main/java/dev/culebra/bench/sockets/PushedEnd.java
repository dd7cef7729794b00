// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.sockets;

import dev.culebra.net.Protocol;
import dev.culebra.net.Transport;
import java.nio.ByteBuffer;

/** An end that is given data in the loop's buffer. */
record PushedEnd(End end) implements Protocol {

  @Override
  public void connectionMade(Transport transport) {
    end.transport = transport;
  }

  @Override
  public void dataReceived(ByteBuffer data) {
    end.received(data);
  }

  @Override
  public void pauseWriting() {
    end.full();
  }

  @Override
  public void resumeWriting() {
    end.roomAgain();
  }
}
