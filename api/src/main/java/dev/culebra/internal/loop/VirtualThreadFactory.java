// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Makes virtual threads with a scheduler of the caller's.
 *
 * <p>JDK 25 has no public API for that. {@code java.lang.ThreadBuilders.newVirtualThread(Executor,
 * String, int, Runnable)} is reached by reflection, which needs {@code --add-opens
 * java.base/java.lang}. This class is the one place that knows, and it tells why when it cannot.
 */
final class VirtualThreadFactory {

  private final MethodHandle newVirtualThread;

  /** The JDK's own; null if it keeps that to itself. */
  private final @Nullable Executor jdkScheduler;

  private VirtualThreadFactory(MethodHandle newVirtualThread, @Nullable Executor jdkScheduler) {
    this.newVirtualThread = newVirtualThread;
    this.jdkScheduler = jdkScheduler;
  }

  /** What was found: a factory, or the reason why there is none. */
  record Probe(@Nullable VirtualThreadFactory factory, String reason) {}

  static Probe probe() {
    String module =
        VirtualThreadFactory.class.getModule().isNamed() ? "dev.culebra" : "ALL-UNNAMED";
    try {
      Method method = Class.forName("java.lang.ThreadBuilders")
          .getDeclaredMethod(
              "newVirtualThread", Executor.class, String.class, int.class, Runnable.class);
      method.setAccessible(true);
      MethodHandle handle = MethodHandles.lookup()
          .unreflect(method)
          .asType(MethodType.methodType(
              Thread.class, Executor.class, String.class, int.class, Runnable.class));
      VirtualThreadFactory factory = new VirtualThreadFactory(handle, jdkScheduler());
      factory.newThread(Runnable::run, "culebra-probe", () -> {});
      return new Probe(factory, "java.lang is open to culebra");
    } catch (InaccessibleObjectException e) {
      return new Probe(null, "start java with --add-opens java.base/java.lang=" + module);
    } catch (ReflectiveOperationException | UnsupportedOperationException | ClassCastException e) {
      return new Probe(null, "this JVM makes no virtual threads with a scheduler of our own: " + e);
    }
  }

  private static @Nullable Executor jdkScheduler() {
    try {
      Method method =
          Class.forName("java.lang.VirtualThread").getDeclaredMethod("defaultScheduler");
      method.setAccessible(true);
      return (Executor) method.invoke(null);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null;
    }
  }

  /**
   * Makes a thread, not started, that does not inherit the scheduler of the thread that makes it: a
   * virtual one of the JDK's scheduler or, if that is out of reach, a platform thread.
   */
  Thread newThreadOutside(String name, Runnable body) {
    return jdkScheduler == null
        ? Thread.ofPlatform().daemon().name(name).unstarted(body)
        : newThread(jdkScheduler, name, body);
  }

  /** Makes a virtual thread, not started, whose continuations go to {@code scheduler}. */
  // a method handle throws Throwable
  Thread newThread(Executor scheduler, String name, Runnable body) {
    try {
      return (Thread) newVirtualThread.invokeExact(scheduler, name, 0, body);
    } catch (Throwable t) {
      throw Rethrow.<RuntimeException>sneaky(t);
    }
  }
}
