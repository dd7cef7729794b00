// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.spi.DgramSocket;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import dev.culebra.spi.StreamSocket;
import java.net.ProtocolFamily;
import java.util.ArrayList;
import java.util.List;

/** Stands in for the poller of sockets that are not polled; logs what it is asked to forget. */
final class IdlePoller implements Poller {

  final List<Pollable> forgotten = new ArrayList<>();

  @Override
  public void deregister(Pollable source) {
    forgotten.add(source);
  }

  @Override
  public void register(Pollable source, int interest, Object attachment) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void modify(Pollable source, int interest) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int poll(long timeoutNanos, ReadySink sink) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void wakeup() {
    throw new UnsupportedOperationException();
  }

  @Override
  public StreamSocket openStream(ProtocolFamily family) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ListenerSocket openListener(ProtocolFamily family) {
    throw new UnsupportedOperationException();
  }

  @Override
  public StreamSocket adopt(StreamSocket stream) {
    throw new UnsupportedOperationException();
  }

  @Override
  public DgramSocket openDatagram(ProtocolFamily family) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
