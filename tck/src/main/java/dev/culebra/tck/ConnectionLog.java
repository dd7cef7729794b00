// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.net.BaseProtocol;
import dev.culebra.net.BufferedProtocol;
import dev.culebra.net.Protocol;
import dev.culebra.net.Transport;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Is a protocol that notes what it is told; every test ends with a look at the order of it. */
abstract class ConnectionLog implements BaseProtocol {

  private static final Pattern ORDER = Pattern.compile("made (data )*(eof )?lost ");
  private static final Pattern FLOW = Pattern.compile("(pause resume )*(pause )?");

  /** Consecutive data counts once. */
  final List<String> events = new ArrayList<>();

  private final List<String> flow = new ArrayList<>();
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private @Nullable Transport transport;
  private boolean lost;
  private @Nullable Exception lostWith;
  private boolean keepsSending;

  public void connectionMade(Transport made) {
    transport = made;
    events.add("made");
  }

  public boolean eofReceived() {
    events.add("eof");
    return keepsSending;
  }

  @Override
  public void connectionLost(@Nullable Exception exception) {
    events.add("lost");
    lost = true;
    lostWith = exception;
  }

  @Override
  public void pauseWriting() {
    flow.add("pause");
  }

  @Override
  public void resumeWriting() {
    flow.add("resume");
  }

  final void came(ByteBuffer data) {
    if (events.isEmpty() || !events.get(events.size() - 1).equals("data")) {
      events.add("data");
    }
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    received.writeBytes(bytes);
  }

  /** Answers eofReceived with true. */
  final void keepSending() {
    keepsSending = true;
  }

  final Transport transport() {
    assertNotNull(transport, "connectionMade has not been called");
    return transport;
  }

  final boolean isMade() {
    return transport != null;
  }

  final boolean isLost() {
    return lost;
  }

  /** What the connection was lost with. */
  final @Nullable Exception lostWith() {
    assertTrue(lost, "the connection is not lost");
    return lostWith;
  }

  final byte[] received() {
    return received.toByteArray();
  }

  final int receivedCount() {
    return received.size();
  }

  /** Calls of pauseWriting and resumeWriting. */
  final List<String> flow() {
    return flow;
  }

  /** Fails if a callback came out of its order, was missing, or came twice. */
  final void assertInOrder() {
    String text = String.join(" ", events) + " ";
    assertTrue(events.isEmpty() || ORDER.matcher(text).matches(), () -> "order of calls: " + text);
    String pauses = flow.isEmpty() ? "" : String.join(" ", flow) + " ";
    assertTrue(FLOW.matcher(pauses).matches(), () -> "flow control: " + pauses);
  }

  /** Is told of data. */
  static class Pushed extends ConnectionLog implements Protocol {

    @Override
    public void dataReceived(ByteBuffer data) throws Exception {
      came(data);
    }
  }

  /** Supplies a buffer for data. */
  static class Buffered extends ConnectionLog implements BufferedProtocol {

    private final ByteBuffer buffer;

    Buffered(ByteBuffer buffer) {
      this.buffer = buffer;
    }

    Buffered() {
      this(ByteBuffer.allocateDirect(8192));
    }

    @Override
    public ByteBuffer getBuffer(int sizeHint) throws Exception {
      return buffer.clear();
    }

    @Override
    public void bufferUpdated(int count) throws Exception {
      came(buffer.flip().position(buffer.limit() - count));
    }
  }
}
