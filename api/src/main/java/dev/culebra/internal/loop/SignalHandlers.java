// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.PosixSignal;
import dev.culebra.spi.AnyThread;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the callbacks that one loop runs for signals.
 *
 * <p>A signal belongs to the process: it is taken when the first loop asks for it, told to every loop
 * that does, and given back to whoever had it when the last one lets go.
 */
final class SignalHandlers {

  /** What the JVM lets go, and then breaks without: see os/posix/signals_posix.cpp. */
  private static final Set<PosixSignal> OF_THE_JVM = EnumSet.of(
      PosixSignal.SIGTRAP,
      PosixSignal.SIGBUS,
      PosixSignal.SIGPIPE,
      PosixSignal.SIGUSR2,
      PosixSignal.SIGXFSZ);

  /** Guarded by itself. */
  private static final Map<PosixSignal, Dispatch> DISPATCHES = new EnumMap<>(PosixSignal.class);

  private final SelectorLoop loop;
  private final Runnable closer = this::removeAll;
  private final Map<PosixSignal, Entry> entries = new EnumMap<>(PosixSignal.class);

  SignalHandlers(SelectorLoop loop) {
    this.loop = loop;
  }

  private record Entry(Runnable callback, Surroundings surroundings) {}

  /** One signal, and the loops that it is told to. */
  private static final class Dispatch {

    final List<SignalHandlers> receivers = new CopyOnWriteArrayList<>();
    Signals.@Nullable Handling handling;

    @AnyThread
    void tellAll(PosixSignal signal) {
      receivers.forEach(
          receiver -> receiver.loop.callSoonThreadsafeUnlessClosed(() -> receiver.run(signal)));
    }
  }

  /** Sets the callback for a signal in place of the one it has, if any. */
  void add(PosixSignal signal, Runnable callback) {
    if (OF_THE_JVM.contains(signal)) {
      throw new IllegalArgumentException(signal + " cannot be handled: the JVM uses it itself");
    }
    if (!entries.containsKey(signal)) {
      subscribe(signal);
      if (entries.isEmpty()) {
        loop.own(closer);
      }
    }
    entries.put(signal, new Entry(callback, LoopContext.capture()));
  }

  private void subscribe(PosixSignal signal) {
    synchronized (DISPATCHES) {
      Dispatch dispatch = DISPATCHES.computeIfAbsent(signal, unhandled -> new Dispatch());
      if (dispatch.handling == null) {
        try {
          dispatch.handling =
              Signals.take(signal.name().substring(3), handling -> dispatch.tellAll(signal));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              signal + " cannot be handled: it is unknown here, or kept by the system or by the JVM"
                  + " (which keeps SIGHUP, SIGINT and SIGTERM too if it is started with -Xrs)",
              e);
        }
      }
      dispatch.receivers.add(this);
    }
  }

  /** Drops the callback for a signal; false if there is none. */
  boolean remove(PosixSignal signal) {
    if (entries.remove(signal) == null) {
      return false;
    }
    unsubscribe(signal);
    if (entries.isEmpty()) {
      loop.release(closer);
    }
    return true;
  }

  private void unsubscribe(PosixSignal signal) {
    synchronized (DISPATCHES) {
      Dispatch dispatch = DISPATCHES.get(signal);
      if (dispatch == null) {
        throw new AssertionError(signal + " was subscribed to");
      }
      dispatch.receivers.remove(this);
      if (dispatch.receivers.isEmpty() && dispatch.handling != null) {
        dispatch.handling.end();
        dispatch.handling = null;
      }
    }
  }

  private void removeAll() {
    List.copyOf(entries.keySet()).forEach(this::remove);
  }

  /** A signal that came before its callback was dropped runs nothing. */
  private void run(PosixSignal signal) {
    Entry entry = entries.get(signal);
    if (entry != null) {
      new Callback(loop, entry.callback, entry.surroundings).run();
    }
  }
}
