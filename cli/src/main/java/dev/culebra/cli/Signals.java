// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import java.lang.reflect.Proxy;
import java.util.List;

/**
 * Handles the signals that end a program.
 *
 * <p><b>Implementation notes</b>: {@code sun.misc.Signal} is the only way there is, and {@code jdk.unsupported}
 * exports it for that. It is called by reflection because javac warns of every mention of it and lets nobody
 * turn that warning off.
 */
final class Signals {

  private Signals() {}

  /**
   * Has SIGINT and SIGTERM run an action in place of ending the JVM.
   *
   * @param action runs on a thread of its own for each signal
   */
  static void onTermination(Runnable action) {
    for (String name : List.of("INT", "TERM")) {
      try {
        handle(name, action);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("cannot handle SIG" + name, e);
      }
    }
  }

  private static void handle(String name, Runnable action) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Object proxy = Proxy.newProxyInstance(
        Signals.class.getClassLoader(),
        new Class<?>[] {handler},
        (self, method, args) -> switch (method.getName()) {
          case "handle" -> {
            action.run();
            yield null;
          }
          case "hashCode" -> System.identityHashCode(self);
          case "equals" -> self == args[0];
          default -> "handler of SIG" + name;
        });
    signal
        .getMethod("handle", signal, handler)
        .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
  }
}
