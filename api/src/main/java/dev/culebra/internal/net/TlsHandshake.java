// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.LoopFuture;
import dev.culebra.internal.loop.Promise;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Shakes hands over a socket, before anything else reads or writes it.
 *
 * <p>Nothing else waits for it: a server accepts meanwhile. The socket belongs to whoever started it.
 */
final class TlsHandshake extends TlsPhase {

  private final TlsSocket socket;
  private final BiConsumer<TlsHandshake, @Nullable Exception> whenDone;
  private final Runnable closer;

  /**
   * @param whenDone is given null, or what the handshake failed with
   */
  TlsHandshake(
      SocketLoop sockets,
      TlsSocket socket,
      BiConsumer<TlsHandshake, @Nullable Exception> whenDone) {
    super(sockets, socket);
    this.socket = socket;
    this.whenDone = whenDone;
    this.closer = socket::close;
  }

  TlsSocket socket() {
    return socket;
  }

  @Override
  void begin() {
    sockets.own(closer);
    limit(socket.options().handshakeTimeout());
  }

  /**
   * Shakes hands, and parks the calling task meanwhile.
   *
   * @throws IOException if it fails; then, and if it is cancelled, the socket is closed
   */
  static void await(SocketLoop sockets, TlsSocket socket) throws IOException {
    Promise<@Nullable Void> done = new Promise<>(sockets);
    TlsHandshake handshake =
        new TlsHandshake(sockets, socket, (it, failure) -> complete(done, failure));
    boolean finished = false;
    try {
      handshake.takeSocket();
      await(done);
      finished = true;
    } finally {
      if (!finished) {
        handshake.abandon();
        socket.close();
      }
    }
  }

  /** Whoever waited may have been cancelled. */
  static void complete(Promise<@Nullable Void> done, @Nullable Exception failure) {
    if (done.done()) {
      return;
    }
    if (failure == null) {
      done.setResult(null);
    } else {
      done.setException(failure);
    }
  }

  static void await(Promise<@Nullable Void> done) throws IOException {
    try {
      done.await();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the TLS handshake failed", e);
    }
  }

  @Override
  int proceed() throws IOException {
    while (true) {
      switch (socket.handshake()) {
        case TO_READ -> {
          return Poller.READ;
        }
        case TO_WRITE -> {
          return Poller.WRITE;
        }
        case A_TASK -> {
          if (tasksRunAside()) {
            return 0;
          }
        }
        case NOTHING -> {
          done(null);
          return 0;
        }
      }
    }
  }

  /**
   * Checking and signing takes milliseconds, and a trust manager may even ask the network: none of it is
   * for the loop to wait for, unless nobody else can do it.
   */
  private boolean tasksRunAside() {
    LoopFuture<@Nullable Void> done;
    try {
      done = sockets.runInExecutor(null, () -> {
        socket.runTasks();
        return null;
      });
    } catch (IllegalStateException | RejectedExecutionException e) {
      socket.runTasks();
      return false; // the executor takes no more jobs
    }
    done.addDoneCallback(task -> tasksDone(task.cancelled() ? null : task.exception()));
    return true;
  }

  private void tasksDone(@Nullable Throwable failure) {
    if (failure == null) {
      goOn();
    } else {
      broken(failure);
    }
  }

  @Override
  void failed(Exception failure) {
    done(failure instanceof SSLException e ? explained(e) : failure);
  }

  /** The JDK's own text for a peer that sends plain text speaks of an "SSL message". */
  private static SSLException explained(SSLException failure) {
    String invalid = invalidity(failure);
    if (invalid == null && failure instanceof SSLHandshakeException) {
      return failure;
    }
    SSLHandshakeException whole = new SSLHandshakeException("TLS handshake failed: "
        + (invalid == null ? failure.getMessage() + " (does the peer speak TLS?)" : invalid));
    whole.initCause(failure);
    return whole;
  }

  /** The JDK's own text for a certificate before and after its time is "validity check failed". */
  private static @Nullable String invalidity(SSLException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException) {
        return "the peer's certificate has expired: " + cause.getMessage();
      }
      if (cause instanceof CertificateNotYetValidException) {
        return "the peer's certificate is not valid yet: " + cause.getMessage();
      }
    }
    return null;
  }

  @Override
  void timedOut() {
    SSLHandshakeException failure = new SSLHandshakeException("TLS handshake with " + peer()
        + " is taking longer than " + inSeconds(socket.options().handshakeTimeout())
        + ": aborting the connection");
    failure.initCause(new SocketTimeoutException("TLS handshake timed out"));
    done(failure);
  }

  private String peer() {
    try {
      SocketAddress address = socket.remoteAddress();
      return address == null ? "a peer" : address.toString();
    } catch (IOException e) {
      return "a peer"; // that is gone
    }
  }

  static String inSeconds(Duration time) {
    return time.toNanosPart() == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  private void done(@Nullable Exception failure) {
    if (!ended()) {
      end();
      sockets.release(closer);
      whenDone.accept(this, failure);
    }
  }

  @Override
  void abandon() {
    done(new SocketException("the connection was closed during the TLS handshake"));
  }

  @Override
  public String toString() {
    return "TlsHandshake[" + peer() + "]";
  }
}
