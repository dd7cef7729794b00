// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio;

import dev.culebra.nio.Wrapped.WrappedListener;
import dev.culebra.nio.Wrapped.WrappedPipe;
import dev.culebra.nio.Wrapped.WrappedPoller;
import dev.culebra.nio.Wrapped.WrappedSource;
import dev.culebra.nio.Wrapped.WrappedStream;
import dev.culebra.nio.Wrapped.WrappedWatch;
import dev.culebra.spi.Availability;
import dev.culebra.spi.Backend;
import dev.culebra.spi.FileSource;
import dev.culebra.spi.ListenerSocket;
import dev.culebra.spi.PipeEnd;
import dev.culebra.spi.Pollable;
import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import dev.culebra.spi.StreamSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Is a backend that breaks a rule, in a way that real ones have been broken.
 *
 * @param name what it does wrong
 * @param rule the rule that it breaks
 * @param backend it
 */
record Broken(String name, int rule, Backend backend) {

  /** All of them. */
  static final List<Broken> ALL = List.of(
      new Broken("forgets whose socket it is", 1, polling(inner -> new WrappedPoller(inner) {
        @Override
        public void register(Pollable source, int interest, Object attachment) throws IOException {
          if (source instanceof WrappedSource wrapped && wrapped.owner() == this) {
            super.register(source, interest, attachment);
          }
        }
      })),
      new Broken("leaves what it adopts to both", 11, polling(inner -> new WrappedPoller(inner) {
        @Override
        public StreamSocket adopt(StreamSocket stream) throws IOException {
          WrappedStream former = (WrappedStream) stream;
          StreamSocket own = inner.adopt(former.inner);
          former.inner = own;
          return wrap(own);
        }
      })),
      new Broken(
          "loses what had come before it adopts", 1, polling(inner -> new WrappedPoller(inner) {
            @Override
            public StreamSocket adopt(StreamSocket stream) throws IOException {
              StreamSocket adopted = super.adopt(stream);
              adopted.read(ByteBuffer.allocate(64));
              return adopted;
            }
          })),
      new Broken("is edge triggered", 2, polling(inner -> new WrappedPoller(inner) {
        private final IdentityHashMap<Object, Integer> reported = new IdentityHashMap<>();

        @Override
        public void register(Pollable source, int interest, Object attachment) throws IOException {
          reported.remove(attachment);
          super.register(source, interest, attachment);
        }

        @Override
        public int poll(long timeoutNanos, ReadySink sink) throws IOException {
          return pollThrough(inner, timeoutNanos, sink, (attachment, readiness) -> {
            int before = reported.getOrDefault(attachment, 0);
            reported.put(attachment, before | readiness);
            return readiness & ~before;
          });
        }
      })),
      new Broken("reports without interest", 3, polling(inner -> new WrappedPoller(inner) {
        @Override
        public void register(Pollable source, int interest, Object attachment) throws IOException {
          super.register(source, interest == 0 ? READ : interest, attachment);
        }

        @Override
        public void modify(Pollable source, int interest) throws IOException {
          super.modify(source, interest == 0 ? READ : interest);
        }
      })),
      new Broken("reports more than it was asked", 3, polling(inner -> new WrappedPoller(inner) {
        @Override
        public int poll(long timeoutNanos, ReadySink sink) throws IOException {
          return pollThrough(inner, timeoutNanos, sink, (attachment, readiness) -> READ | WRITE);
        }
      })),
      new Broken("hands out read and write apart", 3, polling(inner -> new WrappedPoller(inner) {
        @Override
        public int poll(long timeoutNanos, ReadySink sink) throws IOException {
          AtomicInteger count = new AtomicInteger();
          ReadySink splitting = (attachment, readiness) -> {
            for (int each : new int[] {READ, WRITE}) {
              if ((readiness & each) != 0) {
                count.incrementAndGet();
                sink.ready(attachment, each);
              }
            }
          };
          inner.poll(timeoutNanos, splitting);
          return count.get();
        }
      })),
      new Broken("starves all but the first sources", 4, polling(inner -> new WrappedPoller(inner) {
        private final List<Object> registered = new ArrayList<>();

        @Override
        public void register(Pollable source, int interest, Object attachment) throws IOException {
          registered.add(attachment);
          super.register(source, interest, attachment);
        }

        @Override
        public int poll(long timeoutNanos, ReadySink sink) throws IOException {
          return pollThrough(
              inner,
              timeoutNanos,
              sink,
              (attachment, readiness) -> registered.indexOf(attachment) < 64 ? readiness : 0);
        }
      })),
      new Broken("reports after deregister", 5, polling(inner -> new WrappedPoller(inner) {
        @Override
        public int poll(long timeoutNanos, ReadySink sink) throws IOException {
          List<Runnable> events = new ArrayList<>();
          inner.poll(
              timeoutNanos,
              (attachment, readiness) -> events.add(() -> sink.ready(attachment, readiness)));
          events.forEach(Runnable::run);
          return events.size();
        }
      })),
      new Broken("gives events to the next owner of a descriptor", 5, polling(SlotPoller::new)),
      new Broken("changes interest one poll late", 5, polling(inner -> new WrappedPoller(inner) {
        private final IdentityHashMap<Pollable, Integer> changes = new IdentityHashMap<>();

        @Override
        public void modify(Pollable source, int interest) {
          changes.put(source, interest);
        }

        @Override
        public int poll(long timeoutNanos, ReadySink sink) throws IOException {
          IdentityHashMap<Pollable, Integer> late = new IdentityHashMap<>(changes);
          changes.clear();
          int count = super.poll(timeoutNanos, sink);
          for (Map.Entry<Pollable, Integer> change : late.entrySet()) {
            if (change.getKey().isOpen()) {
              super.modify(change.getKey(), change.getValue());
            }
          }
          return count;
        }
      })),
      new Broken(
          "keeps the port until the next poll", 5, polling(inner -> new LateClosingPoller(inner) {
            @Override
            ListenerSocket wrap(ListenerSocket socket) {
              return new WrappedListener(this, socket) {
                @Override
                public void close() {
                  late.add(inner);
                }
              };
            }
          })),
      new Broken(
          "tells the peer with the next poll", 5, polling(inner -> new LateClosingPoller(inner) {
            @Override
            StreamSocket wrap(StreamSocket socket) {
              return new WrappedStream(this, socket) {
                @Override
                public void close() {
                  late.add(inner);
                }
              };
            }
          })),
      new Broken("rounds timeouts down", 6, polling(inner -> new WrappedPoller(inner) {
        @Override
        public int poll(long timeoutNanos, ReadySink sink) throws IOException {
          long floor = timeoutNanos / 1_000_000 * 1_000_000;
          return super.poll(timeoutNanos < 0 ? timeoutNanos : floor, sink);
        }
      })),
      new Broken("overflows", 6, polling(inner -> new WrappedPoller(inner) {
        @Override
        public int poll(long timeoutNanos, ReadySink sink) throws IOException {
          return super.poll(timeoutNanos > 1L << 52 ? 0 : timeoutNanos, sink);
        }
      })),
      new Broken("swallows interrupts", 6, polling(inner -> new WrappedPoller(inner) {
        @Override
        public int poll(long timeoutNanos, ReadySink sink) throws IOException {
          int count = super.poll(timeoutNanos, sink);
          Thread.interrupted();
          return count;
        }
      })),
      new Broken("forgets a wakeup before the poll", 7, polling(inner -> new WrappedPoller(inner) {
        private volatile boolean polling;

        @Override
        public int poll(long timeoutNanos, ReadySink sink) throws IOException {
          polling = true;
          try {
            return super.poll(timeoutNanos, sink);
          } finally {
            polling = false;
          }
        }

        @Override
        public void wakeup() {
          if (polling) {
            super.wakeup();
          }
        }
      })),
      new Broken("counts wakeups", 7, polling(inner -> new WrappedPoller(inner) {
        private final AtomicInteger wakeups = new AtomicInteger();

        @Override
        public int poll(long timeoutNanos, ReadySink sink) throws IOException {
          int count = super.poll(wakeups.get() > 0 ? 0 : timeoutNanos, sink);
          wakeups.updateAndGet(n -> Math.max(0, n - 1));
          return count;
        }

        @Override
        public void wakeup() {
          wakeups.incrementAndGet();
          super.wakeup();
        }
      })),
      new Broken("throws when woken after close", 7, polling(inner -> new WrappedPoller(inner) {
        private volatile boolean closed;

        @Override
        public void wakeup() {
          if (closed) {
            throw new ClosedSelectorException();
          }
          super.wakeup();
        }

        @Override
        public void close() {
          closed = true;
          super.close();
        }
      })),
      new Broken(
          "swallows a wakeup when it closes a socket",
          7,
          streaming((owner, inner) -> new WrappedStream(owner, inner) {
            @Override
            public void close() {
              super.close();
              try {
                owner.inner.poll(0, (attachment, readiness) -> {});
              } catch (IOException | ClosedSelectorException ignored) {
                // closed already
              }
            }
          })),
      new Broken(
          "says zero at the end of the stream",
          8,
          streaming((owner, inner) -> new WrappedStream(owner, inner) {
            @Override
            public int read(ByteBuffer target) throws IOException {
              return Math.max(0, super.read(target));
            }
          })),
      new Broken(
          "says zero at the end of a file",
          8,
          streaming((owner, inner) -> new WrappedStream(owner, inner) {
            @Override
            public long sendFile(FileSource file, long position, long count) throws IOException {
              return Math.max(0, super.sendFile(file, position, count));
            }
          })),
      new Broken(
          "sends a file from its beginning",
          8,
          streaming((owner, inner) -> new WrappedStream(owner, inner) {
            @Override
            public long sendFile(FileSource file, long position, long count) throws IOException {
              return super.sendFile(file, 0, count);
            }
          })),
      new Broken(
          "throws when it would block",
          8,
          streaming((owner, inner) -> new WrappedStream(owner, inner) {
            @Override
            public int read(ByteBuffer target) throws IOException {
              int count = super.read(target);
              if (count == 0) {
                throw new IOException("EAGAIN");
              }
              return count;
            }
          })),
      new Broken(
          "moves the position to the limit",
          8,
          streaming((owner, inner) -> new WrappedStream(owner, inner) {
            @Override
            public int write(ByteBuffer source) throws IOException {
              int count = super.write(source);
              source.position(source.limit());
              return count;
            }
          })),
      new Broken(
          "leaves the position", 8, streaming((owner, inner) -> new WrappedStream(owner, inner) {
            @Override
            public int read(ByteBuffer target) throws IOException {
              return super.read(target.duplicate());
            }
          })),
      new Broken(
          "gathers backwards", 8, streaming((owner, inner) -> new WrappedStream(owner, inner) {
            @Override
            public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
              List<ByteBuffer> range = List.of(sources).subList(offset, offset + length);
              List<ByteBuffer> backwards = new ArrayList<>(range);
              Collections.reverse(backwards);
              return super.write(backwards.toArray(new ByteBuffer[0]), 0, length);
            }
          })),
      new Broken(
          "gathers from the first buffer",
          8,
          streaming((owner, inner) -> new WrappedStream(owner, inner) {
            @Override
            public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
              return super.write(sources, 0, length);
            }
          })),
      new Broken(
          "throws its own exceptions",
          9,
          streaming((owner, inner) -> new WrappedStream(owner, inner) {
            @Override
            public boolean finishConnect() throws IOException {
              try {
                return super.finishConnect();
              } catch (ConnectException e) {
                throw new IOException("ECONNREFUSED", e);
              }
            }
          })),
      new Broken(
          "takes a full unix backlog for a connect under way",
          9,
          streaming((owner, inner) -> new WrappedStream(owner, inner) {
            @Override
            public boolean connect(SocketAddress address) throws IOException {
              try {
                return super.connect(address);
              } catch (ConnectException e) {
                throw e;
              } catch (SocketException e) {
                if (address instanceof UnixDomainSocketAddress) {
                  return false;
                }
                throw e;
              }
            }
          })),
      new Broken("accepts with delay", 10, polling(inner -> new WrappedPoller(inner) {
        @Override
        ListenerSocket wrap(ListenerSocket socket) {
          return new WrappedListener(this, socket) {
            @Override
            public @Nullable StreamSocket accept() throws IOException {
              StreamSocket accepted = super.accept();
              if (accepted != null) {
                accepted.setOption(StandardSocketOptions.TCP_NODELAY, false);
              }
              return accepted;
            }
          };
        }
      })),
      new Broken(
          "leaks a descriptor on close",
          11,
          streaming((owner, inner) -> new WrappedStream(owner, inner) {
            @Override
            public void close() {
              if (isOpen()) {
                owner.deregister(this);
                LEAKED.add(inner);
              }
            }
          })),
      new Broken(
          "throws when closed twice",
          11,
          streaming((owner, inner) -> new WrappedStream(owner, inner) {
            @Override
            public void close() {
              if (!isOpen()) {
                throw new IllegalStateException("closed");
              }
              super.close();
            }
          })),
      new Broken(
          "reads the end after close",
          11,
          streaming((owner, inner) -> new WrappedStream(owner, inner) {
            @Override
            public int read(ByteBuffer target) throws IOException {
              return isOpen() ? super.read(target) : -1;
            }
          })),
      new Broken("allocates", 12, polling(inner -> new WrappedPoller(inner) {
        @Override
        public int poll(long timeoutNanos, ReadySink sink) throws IOException {
          garbage = new byte[16];
          return super.poll(timeoutNanos, sink);
        }
      })),
      new Broken("watches what a transport has", 1, polling(inner -> new WrappedPoller(inner) {
        @Override
        public Pollable watchChannel(SelectableChannel channel) throws IOException {
          try {
            return super.watchChannel(channel);
          } catch (IllegalStateException e) {
            return new WrappedWatch(this, inner.openStream(StandardProtocolFamily.INET));
          }
        }
      })),
      new Broken("lets go of a channel late", 5, polling(inner -> new WrappedPoller(inner) {
        @Override
        public Pollable watchChannel(SelectableChannel channel) throws IOException {
          return new WrappedWatch(this, inner.watchChannel(channel)) {
            @Override
            public void close() {
              if (isOpen()) {
                owner.inner.deregister(inner);
              }
            }
          };
        }
      })),
      new Broken(
          "says zero at the end of a pipe",
          8,
          piping((owner, pipe) -> new WrappedPipe(owner, pipe) {
            @Override
            public int read(ByteBuffer target) throws IOException {
              return Math.max(0, super.read(target));
            }
          })),
      new Broken("swallows a broken pipe", 9, piping((owner, pipe) -> new WrappedPipe(owner, pipe) {
        @Override
        public int write(ByteBuffer source) throws IOException {
          try {
            return super.write(source);
          } catch (ClosedChannelException e) {
            throw e;
          } catch (IOException e) {
            return source.remaining();
          }
        }
      })),
      new Broken("closes what it only watches", 11, polling(inner -> new WrappedPoller(inner) {
        @Override
        public Pollable watchChannel(SelectableChannel channel) throws IOException {
          return new WrappedWatch(this, inner.watchChannel(channel)) {
            @Override
            public void close() {
              super.close();
              try {
                channel.close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
          };
        }
      })),
      new Broken("gives no reason", 13, new Wrapped() {
        @Override
        public Availability availability() {
          return Availability.yes("");
        }
      }));

  /** What the one that leaks has left open. */
  private static final Queue<Pollable> LEAKED = new ArrayDeque<>();

  private static volatile byte[] garbage = {};

  @Override
  public String toString() {
    return name;
  }

  /** Closes what was left open on purpose. */
  static void closeLeaked() {
    while (!LEAKED.isEmpty()) {
      LEAKED.remove().close();
    }
  }

  static Backend polling(Function<Poller, Poller> wrapper) {
    return new Wrapped() {
      @Override
      Poller wrap(Poller poller) {
        return wrapper.apply(poller);
      }
    };
  }

  private static Backend streaming(BiFunction<WrappedPoller, StreamSocket, StreamSocket> wrapper) {
    return polling(inner -> new WrappedPoller(inner) {
      @Override
      StreamSocket wrap(StreamSocket socket) {
        return wrapper.apply(this, socket);
      }
    });
  }

  private static Backend piping(BiFunction<WrappedPoller, PipeEnd, PipeEnd> wrapper) {
    return polling(inner -> new WrappedPoller(inner) {
      @Override
      public PipeEnd adoptPipe(SelectableChannel channel, int direction) throws IOException {
        return wrapper.apply(this, inner.adoptPipe(channel, direction));
      }
    });
  }

  /** Polls, and hands out what the filter makes of each readiness unless that is nothing. */
  private static int pollThrough(Poller inner, long timeoutNanos, ReadySink sink, Filter filter)
      throws IOException {
    AtomicInteger count = new AtomicInteger();
    inner.poll(timeoutNanos, (attachment, readiness) -> {
      int filtered = filter.apply(attachment, readiness);
      if (filtered != 0) {
        count.incrementAndGet();
        sink.ready(attachment, filtered);
      }
    });
    return count.get();
  }

  private interface Filter {
    int apply(Object attachment, int readiness);
  }

  /** Closes what was handed to it after the next poll. */
  static class LateClosingPoller extends WrappedPoller {

    final Queue<Pollable> late = new ArrayDeque<>();

    LateClosingPoller(Poller inner) {
      super(inner);
    }

    @Override
    public int poll(long timeoutNanos, ReadySink sink) throws IOException {
      int count = super.poll(timeoutNanos, sink);
      closeLate();
      return count;
    }

    @Override
    public void close() {
      closeLate();
      super.close();
    }

    private void closeLate() {
      while (!late.isEmpty()) {
        late.remove().close();
      }
    }
  }

  /** Tells its sources apart by numbers that it uses again at once, as the kernel does fds. */
  private static final class SlotPoller extends WrappedPoller {

    private final List<@Nullable Pollable> owners = new ArrayList<>();
    private final List<@Nullable Object> attachments = new ArrayList<>();

    SlotPoller(Poller inner) {
      super(inner);
    }

    @Override
    StreamSocket wrap(StreamSocket socket) {
      return new WrappedStream(this, socket) {
        @Override
        public void close() {
          owner.deregister(this);
          super.close();
        }
      };
    }

    @Override
    ListenerSocket wrap(ListenerSocket socket) {
      return new WrappedListener(this, socket) {
        @Override
        public void close() {
          owner.deregister(this);
          super.close();
        }
      };
    }

    @Override
    public void register(Pollable source, int interest, Object attachment) throws IOException {
      int slot = owners.indexOf(null);
      if (slot < 0) {
        slot = owners.size();
        owners.add(null);
        attachments.add(null);
      }
      super.register(source, interest, slot);
      owners.set(slot, source);
      attachments.set(slot, attachment);
    }

    @Override
    public void deregister(Pollable source) {
      super.deregister(source);
      int slot = owners.indexOf(source);
      if (slot >= 0) {
        owners.set(slot, null);
      }
    }

    @Override
    public int poll(long timeoutNanos, ReadySink sink) throws IOException {
      List<int[]> events = new ArrayList<>();
      inner.poll(
          timeoutNanos, (slot, readiness) -> events.add(new int[] {(Integer) slot, readiness}));
      int count = 0;
      for (int[] event : events) {
        Object attachment = attachments.get(event[0]);
        if (attachment != null && owners.get(event[0]) != null) {
          count++;
          sink.ready(attachment, event[1]);
        }
      }
      return count;
    }
  }
}
