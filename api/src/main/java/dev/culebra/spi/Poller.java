// SPDX-License-Identifier: Apache-2.0
package dev.culebra.spi;

import dev.culebra.process.ProcessOptions;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectableChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * Waits for sockets to become ready, and opens the sockets that it can wait for.
 *
 * <p>The loop owns one poller and closes it. The rules that every implementation keeps are listed in
 * the {@linkplain dev.culebra.spi package description}.
 *
 * <p><b>Threading</b>: one loop uses a poller, from one thread at a time; {@link #wakeup} alone may be
 * called from any thread.
 *
 * <p>A stream that was never registered belongs to whoever has it: it may be passed to another thread,
 * which may close it, or have its own poller {@link #adopt} it.
 *
 * <p><b>Errors</b>: after {@link #close}, every method but {@code close}, {@code deregister} and {@code
 * wakeup} throws {@link java.nio.channels.ClosedSelectorException}.
 */
@LoopThread
public interface Poller extends AutoCloseable {

  /** Interest in, or readiness for, reading and accepting. */
  int READ = 1;

  /** Interest in, or readiness for, writing and the end of a connect. */
  int WRITE = 2;

  /**
   * Starts to watch a source.
   *
   * @param source a socket that this poller opened and that is not registered
   * @param interest {@link #READ}, {@link #WRITE}, both, or 0 for none yet
   * @param attachment what {@link ReadySink#ready} is to be given
   * @throws IOException if the system refuses
   * @throws IllegalStateException if the source is registered already
   * @throws IllegalArgumentException if another poller opened the source
   */
  void register(Pollable source, int interest, Object attachment) throws IOException;

  /**
   * Replaces the interest of a registered source.
   *
   * @param source a registered socket
   * @param interest {@link #READ}, {@link #WRITE}, both, or 0: a source without interest is silent
   * @throws IOException if the system refuses
   * @throws IllegalStateException if the source is not registered
   */
  void modify(Pollable source, int interest) throws IOException;

  /**
   * Stops watching a source; a no-op if it is not registered. When this returns, the source gets no
   * event any more, not even one that the poll under way has already found.
   *
   * @param source a socket that this poller opened
   */
  void deregister(Pollable source);

  /**
   * Waits until a source is ready, {@link #wakeup} is called or the time is over, and hands out what
   * is ready. An interrupt of the thread may end a wait as well, and the thread's interrupt status may
   * keep it from waiting at all; the status is never cleared, which is for the caller to do.
   *
   * @param timeoutNanos how long to wait at most, in nanoseconds, rounded up to what the platform can
   *     do; 0 does not wait; negative waits without limit
   * @param sink receives each ready source once
   * @return how many sources were handed out
   * @throws IOException if the poller is broken for good; interruption by a signal is no error
   */
  int poll(long timeoutNanos, ReadySink sink) throws IOException;

  /**
   * Ends the poll under way or, if there is none, the next one at once. Several calls before a poll
   * count as one. Does nothing after {@link #close}.
   */
  @AnyThread
  void wakeup();

  /**
   * Opens an unconnected stream socket.
   *
   * @param family {@link java.net.StandardProtocolFamily#INET}, {@code INET6} or {@code UNIX}
   * @return a non-blocking socket, which the caller closes
   * @throws IOException if the system refuses, for one when no descriptor is left
   * @throws UnsupportedOperationException if the family is not supported
   */
  StreamSocket openStream(ProtocolFamily family) throws IOException;

  /**
   * Opens an unbound listening socket. With {@code INET6} it also takes IPv4 connections when it is
   * bound to the wildcard address.
   *
   * @param family {@link java.net.StandardProtocolFamily#INET}, {@code INET6} or {@code UNIX}
   * @return a non-blocking socket, which the caller closes
   * @throws IOException if the system refuses, for one when no descriptor is left
   * @throws UnsupportedOperationException if the family is not supported
   */
  ListenerSocket openListener(ProtocolFamily family) throws IOException;

  /**
   * Makes a source of somebody else's descriptor. Its {@link Pollable#close} ends the watch, at once and
   * whatever has become of the descriptor, which it leaves open.
   *
   * @param fd an open descriptor, which is watched as it is, blocking or not
   * @return a source that is not registered yet, which the caller closes
   * @throws IllegalArgumentException if the kernel cannot watch it, as a regular file
   * @throws IllegalStateException if a source of this poller has it
   * @throws IOException if the system refuses, for one because the descriptor is not open
   * @throws UnsupportedOperationException if this backend has no descriptors
   */
  default Pollable watchDescriptor(int fd) throws IOException {
    throw new UnsupportedOperationException("Java has no file descriptors: they are for the native"
        + " backends (epoll, kqueue); hand over a SelectableChannel, or choose a native backend");
  }

  /**
   * Makes a source of somebody else's channel. Its {@link Pollable#close} ends the watch: the channel
   * can be made blocking, or registered elsewhere, as soon as that returns. The channel stays open.
   *
   * @param channel a non-blocking channel; READ stands for accepting too, and WRITE for connecting
   * @return a source that is not registered yet, which the caller closes
   * @throws IllegalArgumentException if it is blocking, or not the platform's own
   * @throws IllegalStateException if a source of this poller has it
   * @throws IOException if the system refuses, for one because the channel is closed
   * @throws UnsupportedOperationException if this backend knows no channels
   */
  default Pollable watchChannel(SelectableChannel channel) throws IOException {
    throw new UnsupportedOperationException(
        "channels of java.nio are for the backend nio: hand over"
            + " a file descriptor, or choose that backend");
  }

  /**
   * Opens a FIFO, without waiting for the other side.
   *
   * @param fifo a FIFO or a character device
   * @param direction {@link #READ} or {@link #WRITE}
   * @return a non-blocking end, which the caller closes
   * @throws IllegalArgumentException if it is another kind of file; it was not opened then
   * @throws java.nio.file.FileSystemException if it is not there, may not be opened, or is to be written
   *     and nobody reads it
   * @throws IOException if the system refuses otherwise
   * @throws UnsupportedOperationException if this backend cannot open files
   */
  default PipeEnd openPipe(Path fifo, int direction) throws IOException {
    throw new UnsupportedOperationException(
        "Java opens and reads a FIFO blocking only: choose a native"
            + " backend (epoll, kqueue), or read " + fifo + " in runInExecutor");
  }

  /**
   * Takes over a descriptor, and makes it non-blocking, which whoever shares its open file will notice.
   * A failure changes nothing and leaves it with the caller.
   *
   * @param fd a pipe, FIFO, stream socket or character device
   * @param direction {@link #READ} or {@link #WRITE}
   * @return its owner, which the caller closes
   * @throws IllegalArgumentException if it is anything else, or not open in that direction
   * @throws IllegalStateException if a source of this poller has it
   * @throws IOException if the system refuses, for one because the descriptor is not open
   * @throws UnsupportedOperationException if this backend has no descriptors
   */
  default PipeEnd adoptPipe(int fd, int direction) throws IOException {
    throw new UnsupportedOperationException("Java has no file descriptors: they are for the native"
        + " backends (epoll, kqueue); hand over a SelectableChannel, or choose a native backend");
  }

  /**
   * Takes over a channel, and makes it non-blocking. A failure leaves it with the caller.
   *
   * @param channel the end of a {@link java.nio.channels.Pipe}, or a connected {@link
   *     java.nio.channels.SocketChannel}
   * @param direction {@link #READ} or {@link #WRITE}
   * @return its owner, which the caller closes
   * @throws IllegalArgumentException if it is anything else
   * @throws IllegalStateException if a source of this poller has it
   * @throws IOException if the system refuses, for one because the channel is closed
   * @throws UnsupportedOperationException if this backend knows no channels
   */
  default PipeEnd adoptPipe(SelectableChannel channel, int direction) throws IOException {
    throw new UnsupportedOperationException(
        "channels of java.nio are for the backend nio: hand over"
            + " a path or a file descriptor, or choose that backend");
  }

  /**
   * Opens a file for {@link StreamSocket#sendFile}.
   *
   * @param path a regular file
   * @return the file, which the caller closes
   * @throws java.nio.file.FileSystemException if it is not there, or may not be opened
   * @throws IOException if the system refuses otherwise
   * @throws UnsupportedOperationException if this backend sends only {@linkplain #fileOf channels}, or
   *     the path is of a file system that is not the platform's
   */
  default FileSource openFile(Path path) throws IOException {
    throw new UnsupportedOperationException("this backend sends files by their channels");
  }

  /**
   * Lets the file of a channel be sent. To close the result is of no effect on the channel.
   *
   * @param channel an open channel
   * @return the file
   * @throws UnsupportedOperationException if this backend sends only what {@link #openFile} opened
   */
  default FileSource fileOf(FileChannel channel) {
    throw new UnsupportedOperationException(
        "Java does not tell the descriptor of a FileChannel: this"
            + " backend sends files by their paths");
  }

  /**
   * Takes over a connected stream that another poller of the same backend accepted or opened, and that
   * was never registered. To its former owner the stream is closed; the connection stands.
   *
   * <p><b>Threading</b>: called, like all else, by the owner of this poller. The former owner has
   * published the stream to it, and no longer uses it.
   *
   * @param stream a connected socket, which is closed to whoever had it when this returns
   * @return the same connection as a socket of this poller, which the caller closes
   * @throws IllegalArgumentException if another backend made it
   * @throws IllegalStateException if it is registered; if it was, a backend may refuse as well
   * @throws java.nio.channels.NotYetConnectedException if it is not connected
   * @throws IOException if the system refuses; as after every other failure, the stream stays its owner's
   */
  StreamSocket adopt(StreamSocket stream) throws IOException;

  /**
   * Opens an unbound datagram socket. With {@code INET6} it also takes IPv4 datagrams when it is bound
   * to the wildcard address. It hears only the multicast groups that it joins itself.
   *
   * @param family {@link java.net.StandardProtocolFamily#INET} or {@code INET6}
   * @return a non-blocking socket, which the caller closes
   * @throws IOException if the system refuses, for one when no descriptor is left
   * @throws UnsupportedOperationException if the family is not supported
   */
  DgramSocket openDatagram(ProtocolFamily family) throws IOException;

  /**
   * Starts a program.
   *
   * @param command the program, which is looked for on the PATH, and its arguments; none with a null
   *     character in it
   * @param options how to start it
   * @return the process, whose ends of pipes this poller watches
   * @throws IOException if it cannot be started; nothing is left of it
   * @throws UnsupportedOperationException if this backend starts none: the loop then has the JDK do it
   */
  default ChildProcess spawn(List<String> command, ProcessOptions options) throws IOException {
    throw new UnsupportedOperationException("this backend starts no processes");
  }

  /**
   * Closes the poller. Sockets that it opened stay open and belong to their owners, but can no longer
   * be watched. Idempotent.
   */
  @Override
  void close();
}
