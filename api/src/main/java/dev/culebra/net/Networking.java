// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import dev.culebra.spi.LoopThread;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Connects and serves: what a {@link dev.culebra.EventLoop} does with the network.
 *
 * <p>Nobody implements this but the loop. Those who write in blocking style use the streams of {@link
 * dev.culebra.Asyncio}, such as {@link dev.culebra.Asyncio#openConnection}, which stand on this.
 *
 * <p><b>Threading</b>: called on the loop; what waits is called from a task, which it parks.
 *
 * <p><b>Errors</b>: every argument is checked before anything is opened, and a call that fails or is
 * cancelled leaves nothing open.
 */
@LoopThread
public interface Networking {

  /**
   * Listens at a host's addresses and makes a protocol for each connection. Call it from a task.
   *
   * @param protocolFactory makes a {@link Protocol} or {@link
   *     BufferedProtocol}
   * @param host a name or literal address, whose addresses are listened at, but for those that are
   *     not this host's; null means all interfaces, IPv4 and IPv6
   * @param port 1 to 65535, or 0 to let the system choose one for each address
   * @return the server
   * @throws java.net.BindException if an address is taken
   * @throws IOException if it fails otherwise; no socket is left open
   */
  default Server createServer(
      Supplier<? extends BaseProtocol> protocolFactory, @Nullable String host, int port)
      throws IOException {
    return createServer(protocolFactory, host, port, ServerOptions.DEFAULT);
  }

  /**
   * Listens at a host's addresses and makes a protocol for each connection. Call it from a task.
   *
   * @param protocolFactory makes a {@link Protocol} or {@link
   *     BufferedProtocol}
   * @param host a name or literal address; null means all interfaces
   * @param port 1 to 65535, or 0 to let the system choose one for each address
   * @param options how to listen
   * @return the server
   * @throws java.net.BindException if an address is taken
   * @throws IOException if it fails otherwise; no socket is left open
   */
  default Server createServer(
      Supplier<? extends BaseProtocol> protocolFactory,
      @Nullable String host,
      int port,
      ServerOptions options)
      throws IOException {
    return createServer(protocolFactory, host == null ? List.of() : List.of(host), port, options);
  }

  /**
   * Listens at the addresses of several hosts and makes a protocol for each connection. Call it from a
   * task.
   *
   * @param protocolFactory makes a {@link Protocol} or {@link
   *     BufferedProtocol}
   * @param hosts names or literal addresses; none means all interfaces
   * @param port 1 to 65535, or 0 to let the system choose one for each address
   * @param options how to listen
   * @return the server
   * @throws java.net.BindException if an address is taken
   * @throws IOException if it fails otherwise; no socket is left open
   */
  Server createServer(
      Supplier<? extends BaseProtocol> protocolFactory,
      List<String> hosts,
      int port,
      ServerOptions options)
      throws IOException;

  /**
   * Connects to a host and hands the connection to a protocol. Call it from a task.
   *
   * @param <P> the protocol's type
   * @param protocolFactory makes a {@link Protocol} or {@link
   *     BufferedProtocol}
   * @param host a name or literal address; its addresses are tried in turn
   * @param port 1 to 65535
   * @return the connection, whose protocol has had its {@code connectionMade}
   * @throws java.net.ConnectException if it is refused
   * @throws IOException if it fails otherwise; no socket is left open
   */
  default <P extends BaseProtocol> Connection<P> createConnection(
      Supplier<P> protocolFactory, String host, int port) throws IOException {
    return createConnection(protocolFactory, host, port, ConnectOptions.DEFAULT);
  }

  /**
   * Connects to a host and hands the connection to a protocol. Call it from a task.
   *
   * @param <P> the protocol's type
   * @param protocolFactory makes a {@link Protocol} or {@link
   *     BufferedProtocol}
   * @param host a name or literal address; its addresses are tried in turn
   * @param port 1 to 65535
   * @param options how to connect
   * @return the connection, whose protocol has had its {@code connectionMade}
   * @throws java.net.ConnectException if it is refused
   * @throws IOException if it fails otherwise; no socket is left open
   */
  <P extends BaseProtocol> Connection<P> createConnection(
      Supplier<P> protocolFactory, String host, int port, ConnectOptions options)
      throws IOException;

  /**
   * Looks up the addresses of a host, off the loop (asyncio's {@code getaddrinfo}). Call it from a task,
   * which waits meanwhile. {@link #createConnection} and its kind do this themselves.
   *
   * @param host a name or a literal address, which needs no look-up
   * @param port the port that the addresses are to have, 0 to 65535
   * @return at least one address, in the order that the system's resolver gives
   * @throws UnknownHostException if the host has no address
   * @throws IllegalArgumentException if the port is out of range
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled; the look-up goes
   *     on, and its result is dropped
   */
  List<InetSocketAddress> getAddrInfo(String host, int port) throws UnknownHostException;

  /**
   * Looks up the name of an address, off the loop (asyncio's {@code getnameinfo}, which also names
   * ports). Call it from a task, which waits meanwhile.
   *
   * @param address the address
   * @return its name if it has one that leads back to it, otherwise the address as text
   * @throws UnknownHostException never, unless the address is malformed
   * @throws java.util.concurrent.CancellationException if the calling task is cancelled
   */
  String getNameInfo(InetAddress address) throws UnknownHostException;

  /**
   * Listens at a Unix socket and makes a protocol for each connection. A socket file that an earlier
   * server left behind is replaced; the server removes its own when it is closed, unless the options say
   * otherwise ({@link ServerOptions#cleanupSocket}).
   *
   * @param protocolFactory makes a {@link Protocol} or {@link
   *     BufferedProtocol}
   * @param address a {@link java.net.UnixDomainSocketAddress}, or on Linux's native backend an {@link
   *     AbstractSocketAddress}
   * @return the server
   * @throws java.net.BindException if another file is in the way, or the name is taken
   * @throws java.net.SocketException if the path is too long
   * @throws UnsupportedOperationException if the backend does not know this kind of address
   * @throws IOException if it fails otherwise; no socket is left open
   */
  default Server createUnixServer(
      Supplier<? extends BaseProtocol> protocolFactory, SocketAddress address) throws IOException {
    return createUnixServer(protocolFactory, address, ServerOptions.DEFAULT);
  }

  /**
   * Listens at a Unix socket and makes a protocol for each connection.
   *
   * @param protocolFactory makes a {@link Protocol} or {@link
   *     BufferedProtocol}
   * @param address a {@link java.net.UnixDomainSocketAddress}, or on Linux's native backend an {@link
   *     AbstractSocketAddress}
   * @param options how to listen; what concerns ports and TCP has no meaning here
   * @return the server
   * @throws java.net.BindException if another file is in the way, or the name is taken
   * @throws java.net.SocketException if the path is too long
   * @throws UnsupportedOperationException if the backend does not know this kind of address
   * @throws IOException if it fails otherwise; no socket is left open
   */
  Server createUnixServer(
      Supplier<? extends BaseProtocol> protocolFactory,
      SocketAddress address,
      ServerOptions options)
      throws IOException;

  /**
   * Sends all of a file ({@code loop.sendfile}): see {@link #sendFile(WriteTransport, Path, long, long)}.
   *
   * @param transport where to
   * @param file a regular file
   * @return how many bytes were sent
   * @throws IOException if the file cannot be opened or read, or the connection is lost
   */
  default long sendFile(WriteTransport transport, Path file) throws IOException {
    return sendFile(transport, file, 0, Long.MAX_VALUE);
  }

  /**
   * Sends all of a file ({@code loop.sendfile}): see {@link #sendFile(WriteTransport, FileChannel, long,
   * long)}.
   *
   * @param transport where to
   * @param file a channel that is open for reading
   * @return how many bytes were sent
   * @throws IOException if the file cannot be read, or the connection is lost
   */
  default long sendFile(WriteTransport transport, FileChannel file) throws IOException {
    return sendFile(transport, file, 0, Long.MAX_VALUE);
  }

  /**
   * Sends a part of a file, and waits until the kernel has all of it ({@code loop.sendfile}). Call it
   * from a task. The file follows what was written before; until it is sent, writing to the transport is
   * refused, and a protocol is told of no data. If the calling task is cancelled, sending stops where it
   * is, and the transport can be used on.
   *
   * <p>The bytes go from the kernel's own memory to the socket where that can be: by {@code sendfile} on
   * native backends, by {@link FileChannel#transferTo} on NIO. TLS, pipes and files without pages are
   * read and written instead.
   *
   * <p>A disk that is slow holds up the loop while it is read: a file that is not in the page cache, or
   * comes over a network, is better read in {@link dev.culebra.EventLoop#runInExecutor} and written.
   *
   * @param transport where to
   * @param file a regular file, which is opened for this
   * @param offset where in the file to begin
   * @param count how many bytes to send; the end of the file ends it earlier
   * @return how many bytes were sent
   * @throws java.nio.file.NoSuchFileException if the file is not there
   * @throws java.net.SocketException if the transport is closed meanwhile
   * @throws IOException if the file cannot be opened or read, or the connection is lost
   * @throws IllegalArgumentException if a number is negative, the file no regular one, or the transport
   *     of another loop
   * @throws IllegalStateException if the transport is closing, has had its {@code writeEof}, or sends a
   *     file already
   */
  long sendFile(WriteTransport transport, Path file, long offset, long count) throws IOException;

  /**
   * Sends a part of an open file: as {@link #sendFile(WriteTransport, Path, long, long)}, which native
   * backends are faster with, since Java does not tell them the descriptor of a channel.
   *
   * @param transport where to
   * @param file a channel that is open for reading, and stays open. Its position does not matter; it is
   *     set to the end of what was sent, after a failure or a cancellation too
   * @param offset where in the file to begin
   * @param count how many bytes to send; the end of the file ends it earlier
   * @return how many bytes were sent
   * @throws java.nio.channels.ClosedChannelException if the channel is closed
   * @throws java.nio.channels.NonReadableChannelException if the channel is not open for reading
   * @throws java.net.SocketException if the transport is closed meanwhile
   * @throws IOException if the file cannot be read, or the connection is lost
   * @throws IllegalArgumentException if a number is negative, or the transport of another loop
   * @throws IllegalStateException if the transport is closing, has had its {@code writeEof}, or sends a
   *     file already
   */
  long sendFile(WriteTransport transport, FileChannel file, long offset, long count)
      throws IOException;

  /**
   * Connects to a Unix socket and hands the connection to a protocol. Call it from a task.
   *
   * @param <P> the protocol's type
   * @param protocolFactory makes a {@link Protocol} or {@link
   *     BufferedProtocol}
   * @param address a {@link java.net.UnixDomainSocketAddress}, or on Linux's native backend an {@link
   *     AbstractSocketAddress}
   * @return the connection, whose protocol has had its {@code connectionMade}
   * @throws java.net.SocketException if there is no such socket, or the path is too long
   * @throws java.net.ConnectException if nobody listens
   * @throws UnsupportedOperationException if the backend does not know this kind of address
   * @throws IOException if it fails otherwise; no socket is left open
   */
  default <P extends BaseProtocol> Connection<P> createUnixConnection(
      Supplier<P> protocolFactory, SocketAddress address) throws IOException {
    return createUnixConnection(protocolFactory, address, ConnectOptions.DEFAULT);
  }

  /**
   * Connects to a Unix socket and hands the connection to a protocol. Call it from a task.
   *
   * @param <P> the protocol's type
   * @param protocolFactory makes a {@link Protocol} or {@link
   *     BufferedProtocol}
   * @param address a {@link java.net.UnixDomainSocketAddress}, or on Linux's native backend an {@link
   *     AbstractSocketAddress}
   * @param options how to connect
   * @return the connection, whose protocol has had its {@code connectionMade}
   * @throws IllegalArgumentException if the options have a local address, which means nothing here
   * @throws java.net.SocketException if there is no such socket, or the path is too long
   * @throws java.net.ConnectException if nobody listens
   * @throws UnsupportedOperationException if the backend does not know this kind of address
   * @throws IOException if it fails otherwise; no socket is left open
   */
  <P extends BaseProtocol> Connection<P> createUnixConnection(
      Supplier<P> protocolFactory, SocketAddress address, ConnectOptions options)
      throws IOException;

  /**
   * Puts TLS into a connection that stands (asyncio's {@code start_tls}). Call it from a task, with
   * reading paused if what comes next is the peer's part of the handshake: what the protocol was given is
   * not seen by TLS. Reading goes on afterwards.
   *
   * <p>The transport stays the same. What is written to it before leaves unencrypted, what is written
   * during the handshake is held back and leaves encrypted. There is no second {@code connectionMade}.
   *
   * @param transport a connection of this loop's; one that speaks TLS gets TLS within TLS
   * @param protocol what to serve from now on, which may be the transport's protocol
   * @param options how to encrypt; a client has to say {@link TlsOptions#withServerName}
   * @param serverSide whether this is the server's side of the handshake
   * @return the transport, which now encrypts
   * @throws javax.net.ssl.SSLException if the handshake fails or takes too long; the connection is closed
   *     then, as it is when the calling task is cancelled
   * @throws IOException if the connection breaks
   * @throws IllegalArgumentException if the transport is not one of this loop's sockets, or the options
   *     are not enough for this side
   * @throws IllegalStateException if the transport is closing, or a task is reading from its stream
   */
  Transport startTls(
      Transport transport, BaseProtocol protocol, TlsOptions options, boolean serverSide)
      throws IOException;

  /**
   * Opens an endpoint for datagrams, UDP (asyncio's create_datagram_endpoint). Call it from a task.
   *
   * @param <P> the protocol's type
   * @param protocolFactory makes the protocol
   * @param options what to bind and connect to: at least one address, or a family
   * @return the endpoint, whose protocol has had its {@code connectionMade}
   * @throws java.net.UnknownHostException if a host's name is not known
   * @throws java.net.BindException if the local address is taken or not a local one
   * @throws IOException if it fails otherwise; no socket is left open
   * @throws IllegalArgumentException if there is neither an address nor a family, or the addresses have
   *     no family in common
   */
  <P extends DatagramProtocol> DatagramEndpoint<P> createDatagramEndpoint(
      Supplier<P> protocolFactory, DatagramOptions options) throws IOException;
}
