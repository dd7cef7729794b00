// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import dev.culebra.ExceptionContext;
import dev.culebra.internal.loop.SelectorLoop;
import dev.culebra.net.BaseTransport;
import dev.culebra.net.WriteBufferLimits;
import java.util.Objects;

/** Knows when a protocol is to be told to pause writing, and when it may go on. */
final class WriteLimits {

  private final SelectorLoop loop;
  private WriteBufferLimits limits = WriteBufferLimits.DEFAULT;
  private boolean paused;

  WriteLimits(SelectorLoop loop) {
    this.loop = loop;
  }

  void set(WriteBufferLimits newLimits) {
    limits = Objects.requireNonNull(newLimits, "limits");
  }

  WriteBufferLimits get() {
    return limits;
  }

  int highBytes() {
    return limits.highBytes();
  }

  /** Tells the protocol to pause writing, if it is time and it was not told. */
  void pauseAbove(long sizeBytes, BaseTransport transport) {
    if (!paused && sizeBytes > limits.highBytes()) {
      paused = true;
      tell("pauseWriting", transport.getProtocol()::pauseWriting, transport);
    }
  }

  /** Tells a protocol that paused to go on, if it is time. */
  void resumeBelow(long sizeBytes, BaseTransport transport) {
    if (paused && sizeBytes <= limits.lowBytes()) {
      paused = false;
      tell("resumeWriting", transport.getProtocol()::resumeWriting, transport);
    }
  }

  /** What the callback throws is reported and otherwise ignored, as in asyncio. */
  private void tell(String name, Runnable callback, BaseTransport transport) {
    try {
      callback.run();
    } catch (Throwable t) {
      loop.callExceptionHandler(ExceptionContext.of("protocol." + name + "() failed", t)
          .withConnection(transport.getProtocol(), transport));
    }
  }
}
