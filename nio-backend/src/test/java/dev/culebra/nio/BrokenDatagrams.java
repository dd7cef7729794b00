// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio;

import dev.culebra.nio.Wrapped.WrappedDgram;
import dev.culebra.nio.Wrapped.WrappedPoller;
import dev.culebra.spi.Backend;
import dev.culebra.spi.DgramBatch;
import dev.culebra.spi.DgramSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Are backends that break a rule for datagrams. */
final class BrokenDatagrams {

  /** All of them. */
  static final List<Broken> ALL = List.of(
      new Broken(
          "keeps a datagram port until the next poll",
          5,
          Broken.polling(inner -> new Broken.LateClosingPoller(inner) {
            @Override
            DgramSocket wrap(DgramSocket socket) {
              return new WrappedDgram(this, socket) {
                @Override
                public void close() {
                  late.add(inner);
                }
              };
            }
          })),
      new Broken(
          "takes an empty datagram for nothing",
          8,
          datagrams((owner, inner) -> new WrappedDgram(owner, inner) {
            @Override
            public @Nullable SocketAddress receive(ByteBuffer target) throws IOException {
              int before = target.position();
              SocketAddress from = super.receive(target);
              return target.position() > before ? from : null;
            }
          })),
      new Broken(
          "takes the first sender for the only one",
          8,
          datagrams((owner, inner) -> new WrappedDgram(owner, inner) {
            private @Nullable SocketAddress first;

            @Override
            public @Nullable SocketAddress receive(ByteBuffer target) throws IOException {
              SocketAddress from = super.receive(target);
              if (first == null) {
                first = from;
              }
              return from == null ? null : first;
            }
          })),
      new Broken(
          "cuts a datagram that is too large",
          9,
          datagrams((owner, inner) -> new WrappedDgram(owner, inner) {
            @Override
            public boolean send(ByteBuffer source, @Nullable SocketAddress target)
                throws IOException {
              return super.send(
                  source.slice(source.position(), Math.min(source.remaining(), 1000)), target);
            }
          })),
      new Broken(
          "drops what comes after a failure in a batch",
          9,
          datagrams((owner, inner) -> new WrappedDgram(owner, inner) {
            @Override
            public int send(DgramBatch batch, int first) throws ClosedChannelException {
              int done = super.send(batch, first);
              return done == 0 ? 0 : batch.size() - first;
            }
          })),
      new Broken(
          "sends a batch backwards", 8, datagrams((owner, inner) -> new WrappedDgram(owner, inner) {
            @Override
            public int send(DgramBatch batch, int first) throws ClosedChannelException {
              for (int i = batch.size() - 1; i >= first; i--) {
                try {
                  send(batch.data(i), batch.address(i));
                } catch (ClosedChannelException e) {
                  throw e;
                } catch (IOException e) {
                  batch.failed(e);
                }
              }
              return batch.size() - first;
            }
          })),
      new Broken(
          "tells of a refusal as of any failure",
          9,
          datagrams((owner, inner) -> new WrappedDgram(owner, inner) {
            @Override
            public @Nullable SocketAddress receive(ByteBuffer target) throws IOException {
              try {
                return super.receive(target);
              } catch (PortUnreachableException e) {
                throw new SocketException("ECONNREFUSED");
              }
            }
          })),
      new Broken(
          "receives nothing after close",
          11,
          datagrams((owner, inner) -> new WrappedDgram(owner, inner) {
            @Override
            public @Nullable SocketAddress receive(ByteBuffer target) throws IOException {
              return isOpen() ? super.receive(target) : null;
            }
          })),
      new Broken(
          "makes an address for each datagram",
          12,
          datagrams((owner, inner) -> new WrappedDgram(owner, inner) {
            @Override
            public @Nullable SocketAddress receive(ByteBuffer target) throws IOException {
              return super.receive(target) instanceof InetSocketAddress from
                  ? new InetSocketAddress(from.getAddress(), from.getPort())
                  : null;
            }
          })));

  private BrokenDatagrams() {}

  private static Backend datagrams(BiFunction<WrappedPoller, DgramSocket, DgramSocket> wrapper) {
    return Broken.polling(inner -> new WrappedPoller(inner) {
      @Override
      DgramSocket wrap(DgramSocket socket) {
        return wrapper.apply(this, socket);
      }
    });
  }
}
