// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.internal.loop.LoopTask;
import dev.culebra.internal.loop.Waitable;
import dev.culebra.net.WriteTransport;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Stands for a file that a task is sending to a transport, which takes nothing else meanwhile. */
final class FileOutlet implements FileTransfer.Outlet, Waitable {

  private final SocketTransport transport;
  private final LoopTask<?> task;
  private boolean parked;
  private @Nullable Exception failure;

  private FileOutlet(SocketTransport transport) {
    this.transport = transport;
    this.task = transport.sockets().requireTask();
  }

  static FileOutlet of(SocketLoop loop, WriteTransport transport) {
    if (transport instanceof SocketTransport own && own.sockets().equals(loop)) {
      own.requireFree();
      return new FileOutlet(own);
    }
    throw new IllegalArgumentException(transport + " is of another loop, or none that a loop made");
  }

  /** Whether the protocol is told of no data meanwhile; a stream's reader asks for it. */
  boolean holdsInput() {
    return !(transport.getProtocol() instanceof StreamProtocol);
  }

  /** Sends a file after all that was written, and before all that will be. */
  long send(FileTransfer transfer) throws IOException {
    transport.beginFile(this);
    try {
      transport.flush();
      awaitAllSent();
      return transfer.run(this);
    } finally {
      transport.endFile();
    }
  }

  @Override
  public StreamSocket socket() throws IOException {
    throwIfClosing();
    return transport.socket();
  }

  @Override
  public void send(ByteBuffer data) throws IOException {
    throwIfClosing();
    if (transport.isAllSent()) {
      transport.sendUncopied(data);
      throwIfClosing();
    }
  }

  @Override
  public void awaitRoom() throws IOException {
    transport.outputWaits();
    awaitAllSent();
  }

  private void awaitAllSent() throws IOException {
    throwIfClosing();
    while (!transport.isAllSent()) {
      parked = true;
      try {
        task.parkOn(this);
      } finally {
        parked = false;
      }
      throwIfClosing();
    }
  }

  /** Something has changed. */
  void wake() {
    if (parked) {
      task.wake();
    }
  }

  /** The connection is lost; null if it was not for a failure. */
  void lost(@Nullable Exception exception) {
    failure = exception;
    wake();
  }

  private void throwIfClosing() throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    if (transport.isClosing()) {
      throw new SocketException("the transport was closed while a file was being sent", failure);
    }
  }

  @Override
  public boolean cancelWait(LoopTask<?> cancelled, @Nullable String message) {
    return false;
  }

  @Override
  public String toString() {
    return "the end of sendFile";
  }
}
