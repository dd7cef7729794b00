// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.net.BaseProtocol;
import dev.culebra.net.PipeAddress;
import dev.culebra.spi.PipeEnd;
import dev.culebra.spi.Pollable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Moves bytes between one end of a pipe and a protocol: asyncio's {@code _UnixReadPipeTransport} and
 * {@code _UnixWritePipeTransport}. What it does not take from {@link SocketTransport} is that there is no
 * other direction: the end of the stream, and of the reader, ends it.
 */
final class PipeTransport extends SocketTransport {

  private final PipeEnd end;
  private final boolean reads;

  PipeTransport(
      SocketLoop loop, PipeEnd end, PipeAddress address, boolean reads, BaseProtocol protocol)
      throws IOException {
    this.end = end;
    this.reads = reads;
    super(loop, new PipeSocket(end, address), protocol, null);
    if (!reads && !end.watchesReader()) {
      super.pauseReading();
    }
  }

  @Override
  Pollable pollable() {
    return end;
  }

  /** Nothing comes out of a write end: its protocol need not be able to receive. */
  @Override
  Input inputFor(BaseProtocol receiver) {
    return reads || receiver instanceof StreamProtocol ? super.inputFor(receiver) : () -> {};
  }

  @Override
  protected void onReadable() {
    if (reads) {
      super.onReadable();
    } else {
      lose(
          getWriteBufferSize() > 0
              ? new IOException("Broken pipe: its reader is gone, and " + getWriteBufferSize()
                  + " bytes are unsent")
              : null);
    }
  }

  @Override
  void endOfInput() {
    super.endOfInput();
    close();
  }

  // ---- the direction that is not there

  @Override
  public void write(ByteBuffer data) {
    requireWriteEnd();
    super.write(data);
  }

  @Override
  public void writeLines(List<ByteBuffer> data) {
    requireWriteEnd();
    super.writeLines(data);
  }

  /** The end of what is written is the end of the transport. */
  @Override
  public void writeEof() {
    requireWriteEnd();
    close();
  }

  @Override
  public boolean canWriteEof() {
    return !reads;
  }

  @Override
  public void pauseReading() {
    requireReadEnd();
    super.pauseReading();
  }

  @Override
  public void resumeReading() {
    requireReadEnd();
    super.resumeReading();
  }

  @Override
  public boolean isReading() {
    return reads && super.isReading();
  }

  private void requireWriteEnd() {
    if (reads) {
      throw new UnsupportedOperationException(
          "this is the read end of a pipe: nothing can be sent");
    }
  }

  private void requireReadEnd() {
    if (!reads) {
      throw new UnsupportedOperationException("this is the write end of a pipe: nothing comes in");
    }
  }
}
