// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import dev.culebra.spi.LoopThread;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectableChannel;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Works on sockets, descriptors and pipes directly: the low-level part of {@link
 * dev.culebra.EventLoop}, which is the only one to implement it.
 *
 * <p>Streams and transports are easier to use and faster: {@link dev.culebra.Asyncio#openConnection},
 * {@link dev.culebra.EventLoop#createConnection}.
 *
 * <p><b>Threading</b>: the loop and its tasks. The {@code sock…} methods park the calling task,
 * which may be cancelled: nothing but its own wait is undone then, and no byte is lost. On one
 * {@link AsyncSocket} one task may receive (or accept) and one send (or connect) at a time; a second
 * one gets an {@link IllegalStateException}. A task whose operations there never have to wait lets
 * others run now and then all the same. Datagrams any number of tasks may receive and send.
 */
@LoopThread
public interface LowLevelLoop {

  // ---- sockets

  /**
   * Opens a stream socket that is to connect ({@code socket.socket}).
   *
   * @param family {@link java.net.StandardProtocolFamily#INET}, {@code INET6} or {@code UNIX}
   * @return a socket, which the caller closes
   * @throws UnsupportedOperationException if the family is not supported
   * @throws IOException if the system refuses
   */
  AsyncSocket openSocket(ProtocolFamily family) throws IOException;

  /**
   * Opens a stream socket that is to listen ({@code socket.socket}); see {@link AsyncSocket#listen}.
   *
   * @param family {@link java.net.StandardProtocolFamily#INET}, {@code INET6}, which takes IPv4 too
   *     at the wildcard address, or {@code UNIX}
   * @return a socket, which the caller closes
   * @throws UnsupportedOperationException if the family is not supported
   * @throws IOException if the system refuses
   */
  AsyncSocket openListeningSocket(ProtocolFamily family) throws IOException;

  /**
   * Receives what is there, waiting if nothing is ({@code sock_recv}).
   *
   * @param socket a connected socket of this loop
   * @param maxBytes at most how many bytes to return; 0 returns none at once
   * @return at least one byte; none at the end of the stream
   * @throws IllegalArgumentException if {@code maxBytes} is negative, or another loop made the socket
   * @throws IOException if the connection is broken
   */
  byte[] sockRecv(AsyncSocket socket, int maxBytes) throws IOException;

  /**
   * Receives what is there into a buffer of the caller's, waiting if nothing is ({@code
   * sock_recv_into}).
   *
   * @param socket a connected socket of this loop
   * @param target a buffer; its position moves by what came. A direct one spares a copy
   * @return how many bytes came, at least 1; -1 at the end of the stream; 0 if the target has no room
   * @throws IllegalArgumentException if the target is read-only, or another loop made the socket
   * @throws IOException if the connection is broken
   */
  int sockRecvInto(AsyncSocket socket, ByteBuffer target) throws IOException;

  /**
   * Sends all of a buffer, waiting while the kernel has no room ({@code sock_sendall}). The buffer's
   * position tells after a failure or a cancellation how much was sent.
   *
   * @param socket a connected socket of this loop
   * @param source what to send; not to be changed before this returns
   * @throws IllegalArgumentException if another loop made the socket
   * @throws IOException if the connection is broken
   */
  void sockSendAll(AsyncSocket socket, ByteBuffer source) throws IOException;

  /**
   * Sends a part of a file, waiting while the kernel has no room ({@code sock_sendfile}): see {@link
   * Networking#sendFile(WriteTransport, Path, long, long)}.
   *
   * @param socket a connected socket of this loop
   * @param file a regular file, which is opened for this
   * @param offset where in the file to begin
   * @param count how many bytes to send; the end of the file ends it earlier
   * @return how many bytes were sent
   * @throws IllegalArgumentException if a number is negative, the file no regular one, or another loop
   *     made the socket
   * @throws IOException if the file cannot be opened or read, or the connection is broken
   */
  long sockSendFile(AsyncSocket socket, Path file, long offset, long count) throws IOException;

  /**
   * Sends a part of an open file, waiting while the kernel has no room ({@code sock_sendfile}): see {@link
   * Networking#sendFile(WriteTransport, FileChannel, long, long)}.
   *
   * @param socket a connected socket of this loop
   * @param file a channel that is open for reading, and stays open; its position is set to the end of
   *     what was sent, after a failure or a cancellation too
   * @param offset where in the file to begin
   * @param count how many bytes to send; the end of the file ends it earlier
   * @return how many bytes were sent
   * @throws IllegalArgumentException if a number is negative, or another loop made the socket
   * @throws IOException if the file cannot be read, or the connection is broken
   */
  long sockSendFile(AsyncSocket socket, FileChannel file, long offset, long count)
      throws IOException;

  /**
   * Receives a datagram, waiting if none is there ({@code sock_recvfrom}, {@code sock_recvfrom_into}).
   *
   * @param socket what {@link dev.culebra.Asyncio#openDatagramEndpoint} returned
   * @param target where to; its position moves by what came, and what does not fit is lost
   * @return who sent it
   * @throws IOException if the system reports an error, or the socket is closed
   */
  default SocketAddress sockRecvFrom(AsyncDatagramSocket socket, ByteBuffer target)
      throws IOException {
    return socket.receive(target);
  }

  /**
   * Sends a datagram, waiting as long as the kernel has no room ({@code sock_sendto}).
   *
   * @param socket what {@link dev.culebra.Asyncio#openDatagramEndpoint} returned
   * @param data the bytes between its position and its limit, all of which are consumed
   * @param to where to, resolved
   * @throws IOException if the system reports an error, or the socket is closed
   * @throws IllegalArgumentException as {@link DatagramTransport#sendTo(ByteBuffer, SocketAddress)}
   */
  default void sockSendTo(AsyncDatagramSocket socket, ByteBuffer data, SocketAddress to)
      throws IOException {
    socket.sendTo(data, to);
  }

  /**
   * Connects a socket, and waits until it is ({@code sock_connect}). After a failure or a
   * cancellation the socket is good for {@link AsyncSocket#close} only.
   *
   * @param socket an unconnected socket of this loop
   * @param address where to; a host that is not resolved yet is resolved to an address of the
   *     socket's family
   * @throws IllegalArgumentException if the address is of another family, or another loop made the
   *     socket
   * @throws java.net.UnknownHostException if the host has no address of the family
   * @throws java.net.ConnectException if it is refused
   * @throws IOException if it fails otherwise
   */
  void sockConnect(AsyncSocket socket, SocketAddress address) throws IOException;

  /**
   * Takes a connection that waits at a listening socket, waiting if none does ({@code sock_accept}).
   *
   * @param socket a listening socket of this loop
   * @return the connection, which the caller closes, and its peer's address
   * @throws IllegalArgumentException if another loop made the socket
   * @throws java.nio.channels.NotYetBoundException if it does not listen yet
   * @throws IOException if the system refuses, for one when no descriptor is left
   */
  AcceptedSocket sockAccept(AsyncSocket socket) throws IOException;

  /**
   * Hands a connected socket, accepted or not, over to a transport ({@code connect_accepted_socket}).
   * Call it from a task.
   *
   * @param <P> the protocol's type
   * @param protocolFactory makes a {@link Protocol} or {@link BufferedProtocol}
   * @param socket a connected socket of this loop that nobody waits for; the transport's from now on,
   *     and closed if this fails after the factory has been called
   * @return the connection, whose protocol has had its {@code connectionMade}
   * @throws IllegalStateException if the socket is not connected or in use
   * @throws IllegalArgumentException if another loop made the socket
   * @throws IOException if it fails otherwise
   */
  <P extends BaseProtocol> Connection<P> connectAcceptedSocket(
      Supplier<P> protocolFactory, AsyncSocket socket) throws IOException;

  /**
   * Hands a connected socket over to a transport ({@code create_connection} with {@code sock}): the
   * same as {@link #connectAcceptedSocket}. Call it from a task.
   *
   * @param <P> the protocol's type
   * @param protocolFactory makes a {@link Protocol} or {@link BufferedProtocol}
   * @param socket a connected socket of this loop that nobody waits for
   * @return the connection, whose protocol has had its {@code connectionMade}
   * @throws IllegalStateException if the socket is not connected or in use
   * @throws IllegalArgumentException if another loop made the socket
   * @throws IOException if it fails otherwise
   */
  default <P extends BaseProtocol> Connection<P> createConnection(
      Supplier<P> protocolFactory, AsyncSocket socket) throws IOException {
    return connectAcceptedSocket(protocolFactory, socket);
  }

  /**
   * Serves what comes to a listening socket ({@code create_server} with {@code sock}).
   *
   * @param protocolFactory makes a {@link Protocol} or {@link BufferedProtocol}
   * @param socket a socket of this loop that listens and that nobody waits for; the server's from
   *     now on
   * @param options how to serve; what concerns listening has no meaning here
   * @return the server
   * @throws IllegalStateException if the socket does not listen or is in use
   * @throws IllegalArgumentException if another loop made the socket
   * @throws IOException if it fails otherwise
   */
  Server createServer(
      Supplier<? extends BaseProtocol> protocolFactory, AsyncSocket socket, ServerOptions options)
      throws IOException;

  // ---- watching

  /**
   * Has a callback run, again and again, while there is something to read or accept ({@code
   * add_reader}). One that was there before is cancelled. An error and a hang-up count as well.
   *
   * @param socket a socket of this loop
   * @param callback what to run; it runs in a copy of the caller's context
   * @throws IllegalArgumentException if another loop made the socket
   * @throws IllegalStateException if a transport owns it, or a task waits for it
   * @throws IOException if the system refuses, or it is closed
   */
  void addReader(AsyncSocket socket, Runnable callback) throws IOException;

  /**
   * Ends what {@link #addReader(AsyncSocket, Runnable)} began ({@code remove_reader}). When this
   * returns, the callback does not run any more, and the kernel watches nothing in this direction.
   *
   * @param socket a socket
   * @return whether there was a callback
   * @throws IllegalStateException if a transport owns it
   */
  boolean removeReader(AsyncSocket socket);

  /**
   * Has a callback run, again and again, while there is something to read or accept ({@code
   * add_reader}). One that was there before is cancelled. An error and a hang-up count as well.
   *
   * <p>Remove what is watched before the descriptor is closed: its number may soon be another file's.
   *
   * @param fd an open descriptor, which should be non-blocking
   * @param callback what to run; it runs in a copy of the caller's context
   * @throws IllegalArgumentException if the kernel cannot watch it, as a regular file
   * @throws UnsupportedOperationException on the backend nio
   * @throws IllegalStateException if a transport owns it, or a task waits for it
   * @throws IOException if the system refuses, or it is closed
   */
  void addReader(int fd, Runnable callback) throws IOException;

  /**
   * Ends what {@link #addReader(int, Runnable)} began ({@code remove_reader}). When this returns, the
   * callback does not run any more, and the kernel watches nothing in this direction.
   *
   * @param fd a file descriptor
   * @return whether there was a callback
   */
  boolean removeReader(int fd);

  /**
   * Has a callback run, again and again, while there is something to read or accept ({@code
   * add_reader}). One that was there before is cancelled. An error and a hang-up count as well.
   *
   * @param channel a non-blocking channel, which stays open
   * @param callback what to run; it runs in a copy of the caller's context
   * @throws IllegalArgumentException if the channel is blocking
   * @throws UnsupportedOperationException on any backend but nio
   * @throws IllegalStateException if a transport owns it, or a task waits for it
   * @throws IOException if the system refuses, or it is closed
   */
  void addReader(SelectableChannel channel, Runnable callback) throws IOException;

  /**
   * Ends what {@link #addReader(SelectableChannel, Runnable)} began ({@code remove_reader}). When
   * this returns, the callback does not run any more, and the channel may be made blocking or
   * registered elsewhere.
   *
   * @param channel a channel
   * @return whether there was a callback
   */
  boolean removeReader(SelectableChannel channel);

  /**
   * Has a callback run, again and again, while there is room to write, or a connect has ended
   * ({@code add_writer}). One that was there before is cancelled. An error and a hang-up count as
   * well.
   *
   * @param socket a socket of this loop
   * @param callback what to run; it runs in a copy of the caller's context
   * @throws IllegalArgumentException if another loop made the socket
   * @throws IllegalStateException if a transport owns it, or a task waits for it
   * @throws IOException if the system refuses, or it is closed
   */
  void addWriter(AsyncSocket socket, Runnable callback) throws IOException;

  /**
   * Ends what {@link #addWriter(AsyncSocket, Runnable)} began ({@code remove_writer}). When this
   * returns, the callback does not run any more, and the kernel watches nothing in this direction.
   *
   * @param socket a socket
   * @return whether there was a callback
   * @throws IllegalStateException if a transport owns it
   */
  boolean removeWriter(AsyncSocket socket);

  /**
   * Has a callback run, again and again, while there is room to write, or a connect has ended
   * ({@code add_writer}). One that was there before is cancelled. An error and a hang-up count as
   * well.
   *
   * <p>Remove what is watched before the descriptor is closed: its number may soon be another file's.
   *
   * @param fd an open descriptor, which should be non-blocking
   * @param callback what to run; it runs in a copy of the caller's context
   * @throws IllegalArgumentException if the kernel cannot watch it, as a regular file
   * @throws UnsupportedOperationException on the backend nio
   * @throws IllegalStateException if a transport owns it, or a task waits for it
   * @throws IOException if the system refuses, or it is closed
   */
  void addWriter(int fd, Runnable callback) throws IOException;

  /**
   * Ends what {@link #addWriter(int, Runnable)} began ({@code remove_writer}). When this returns, the
   * callback does not run any more, and the kernel watches nothing in this direction.
   *
   * @param fd a file descriptor
   * @return whether there was a callback
   */
  boolean removeWriter(int fd);

  /**
   * Has a callback run, again and again, while there is room to write, or a connect has ended
   * ({@code add_writer}). One that was there before is cancelled. An error and a hang-up count as
   * well.
   *
   * @param channel a non-blocking channel, which stays open
   * @param callback what to run; it runs in a copy of the caller's context
   * @throws IllegalArgumentException if the channel is blocking
   * @throws UnsupportedOperationException on any backend but nio
   * @throws IllegalStateException if a transport owns it, or a task waits for it
   * @throws IOException if the system refuses, or it is closed
   */
  void addWriter(SelectableChannel channel, Runnable callback) throws IOException;

  /**
   * Ends what {@link #addWriter(SelectableChannel, Runnable)} began ({@code remove_writer}). When
   * this returns, the callback does not run any more, and the channel may be made blocking or
   * registered elsewhere.
   *
   * @param channel a channel
   * @return whether there was a callback
   */
  boolean removeWriter(SelectableChannel channel);

  // ---- pipes

  /**
   * Has a protocol receive what comes out of a FIFO ({@code connect_read_pipe}). Call it from a task.
   *
   * <p>The transport closes itself at the end of the stream, once {@code eofReceived} was called, and
   * whatever that returned. A FIFO that nobody writes yet is silent until somebody does.
   *
   * @param <P> the protocol's type
   * @param protocolFactory makes a {@link Protocol} or {@link BufferedProtocol}
   * @param fifo a FIFO or a character device
   * @return the transport, and the protocol, which has had its {@code connectionMade}
   * @throws IllegalArgumentException if it is another kind of file
   * @throws java.nio.file.FileSystemException if it cannot be opened
   * @throws UnsupportedOperationException on the backend nio: the JDK opens a FIFO blocking only
   * @throws IOException if it fails otherwise
   */
  <P extends BaseProtocol> ReadPipe<P> connectReadPipe(Supplier<P> protocolFactory, Path fifo)
      throws IOException;

  /**
   * Has a protocol receive what comes out of a descriptor ({@code connect_read_pipe}), for one a pipe
   * that was inherited. Call it from a task.
   *
   * <p>The descriptor is made <b>non-blocking</b>, also for those who share its open file: other
   * processes with the same terminal, for one. From the success of this call on it belongs to the
   * transport, which closes it; in the place of 0, 1 or 2 it leaves {@code /dev/null}.
   *
   * @param <P> the protocol's type
   * @param protocolFactory makes a {@link Protocol} or {@link BufferedProtocol}
   * @param fd a pipe, FIFO, stream socket or character device
   * @return the transport, and the protocol, which has had its {@code connectionMade}
   * @throws IllegalArgumentException if it is anything else, or not open in this direction
   * @throws IllegalStateException if a socket or transport of this loop owns it, or it is watched
   * @throws UnsupportedOperationException on the backend nio
   * @throws IOException if it fails otherwise
   */
  <P extends BaseProtocol> ReadPipe<P> connectReadPipe(Supplier<P> protocolFactory, int fd)
      throws IOException;

  /**
   * Has a protocol receive what comes out of a channel ({@code connect_read_pipe}). Call it from a
   * task.
   *
   * <p>The channel is made <b>non-blocking</b>. From the success of this call on it belongs to the
   * transport, which closes it.
   *
   * @param <P> the protocol's type
   * @param protocolFactory makes a {@link Protocol} or {@link BufferedProtocol}
   * @param channel a {@link java.nio.channels.Pipe.SourceChannel}, or a connected
   *     {@link java.nio.channels.SocketChannel}
   * @return the transport, and the protocol, which has had its {@code connectionMade}
   * @throws IllegalArgumentException if it is anything else
   * @throws IllegalStateException if a transport of this loop owns it, or it is watched
   * @throws UnsupportedOperationException on any backend but nio
   * @throws IOException if it fails otherwise
   */
  <P extends BaseProtocol> ReadPipe<P> connectReadPipe(
      Supplier<P> protocolFactory, SelectableChannel channel) throws IOException;

  /**
   * Has a protocol write to a FIFO ({@code connect_write_pipe}). Call it from a task.
   *
   * <p>The death of the last reader ends the transport: {@code connectionLost} is given an {@link
   * IOException} ("Broken pipe") if there is unsent data, else null. {@code writeEof} closes it.
   *
   * @param <P> the protocol's type
   * @param protocolFactory makes a protocol, of which nothing but {@link BaseProtocol} is needed
   * @param fifo a FIFO or a character device
   * @return the transport, and the protocol, which has had its {@code connectionMade}
   * @throws IllegalArgumentException if it is another kind of file
   * @throws java.nio.file.FileSystemException if it cannot be opened, or nobody reads it
   * @throws UnsupportedOperationException on the backend nio: the JDK opens a FIFO blocking only
   * @throws IOException if it fails otherwise
   */
  <P extends BaseProtocol> WritePipe<P> connectWritePipe(Supplier<P> protocolFactory, Path fifo)
      throws IOException;

  /**
   * Has a protocol write to a descriptor ({@code connect_write_pipe}), for one a pipe that was
   * inherited. Call it from a task.
   *
   * <p>The descriptor is made <b>non-blocking</b>, also for those who share its open file: {@code
   * System.out} may then fail where it shares a terminal. From the success of this call on it
   * belongs to the transport, which closes it; in the place of 0, 1 or 2 it leaves {@code
   * /dev/null}.
   *
   * @param <P> the protocol's type
   * @param protocolFactory makes a protocol, of which nothing but {@link BaseProtocol} is needed
   * @param fd a pipe, FIFO, stream socket or character device
   * @return the transport, and the protocol, which has had its {@code connectionMade}
   * @throws IllegalArgumentException if it is anything else, or not open in this direction
   * @throws IllegalStateException if a socket or transport of this loop owns it, or it is watched
   * @throws UnsupportedOperationException on the backend nio
   * @throws IOException if it fails otherwise
   */
  <P extends BaseProtocol> WritePipe<P> connectWritePipe(Supplier<P> protocolFactory, int fd)
      throws IOException;

  /**
   * Has a protocol write to a channel ({@code connect_write_pipe}). Call it from a task.
   *
   * <p>The channel is made <b>non-blocking</b>. From the success of this call on it belongs to the
   * transport, which closes it. The JDK does not tell of a reader's death: the next write does.
   *
   * @param <P> the protocol's type
   * @param protocolFactory makes a protocol, of which nothing but {@link BaseProtocol} is needed
   * @param channel a {@link java.nio.channels.Pipe.SinkChannel}, or a connected
   *     {@link java.nio.channels.SocketChannel}
   * @return the transport, and the protocol, which has had its {@code connectionMade}
   * @throws IllegalArgumentException if it is anything else
   * @throws IllegalStateException if a transport of this loop owns it, or it is watched
   * @throws UnsupportedOperationException on any backend but nio
   * @throws IOException if it fails otherwise
   */
  <P extends BaseProtocol> WritePipe<P> connectWritePipe(
      Supplier<P> protocolFactory, SelectableChannel channel) throws IOException;
}
