// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.net.BaseProtocol;
import dev.culebra.net.BaseTransport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells an {@link ExceptionHandler} what happened, and to what.
 *
 * @param message one line for the log
 * @param exception what was thrown, if anything was
 * @param future the future it concerns, a task being one too
 * @param handle the callback it concerns
 * @param protocol the protocol it concerns
 * @param transport the transport it concerns
 * @param sourceTraceback where the future or the handle was made; null unless that was in debug mode
 *     ({@link EventLoop#setDebug})
 */
public record ExceptionContext(
    String message,
    @Nullable Throwable exception,
    @Nullable LoopFuture<?> future,
    @Nullable Handle handle,
    @Nullable BaseProtocol protocol,
    @Nullable BaseTransport transport,
    @Nullable List<StackTraceElement> sourceTraceback) {

  /**
   * A context of a message and what was thrown.
   *
   * @param message one line for the log
   * @param exception what was thrown, if anything was
   * @return the context
   */
  public static ExceptionContext of(String message, @Nullable Throwable exception) {
    return new ExceptionContext(message, exception, null, null, null, null, null);
  }

  /**
   * This context, with the future that it concerns.
   *
   * @param concerned the future or task
   * @return the fuller context
   */
  public ExceptionContext withFuture(LoopFuture<?> concerned) {
    return new ExceptionContext(
        message, exception, concerned, handle, protocol, transport, sourceTraceback);
  }

  /**
   * This context, with the callback that it concerns.
   *
   * @param concerned the callback's handle
   * @return the fuller context
   */
  public ExceptionContext withHandle(Handle concerned) {
    return new ExceptionContext(
        message, exception, future, concerned, protocol, transport, sourceTraceback);
  }

  /**
   * This context, with the connection that it concerns.
   *
   * @param concernedProtocol the connection's protocol, if it has one
   * @param concernedTransport the connection's transport
   * @return the fuller context
   */
  public ExceptionContext withConnection(
      @Nullable BaseProtocol concernedProtocol, BaseTransport concernedTransport) {
    return new ExceptionContext(
        message, exception, future, handle, concernedProtocol, concernedTransport, sourceTraceback);
  }

  /**
   * This context, with the place where what it concerns was made.
   *
   * @param source the stack there, innermost frame first; null if nobody took note
   * @return the fuller context
   */
  public ExceptionContext withSourceTraceback(@Nullable List<StackTraceElement> source) {
    return new ExceptionContext(message, exception, future, handle, protocol, transport, source);
  }
}
