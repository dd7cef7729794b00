// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Handles signals to the process.
 *
 * <p>This class alone knows {@code sun.misc.Signal}, which is the only way there is. It is called by
 * reflection: javac warns of every mention of it and lets nobody turn that warning off, and the module
 * that exports it, {@code jdk.unsupported}, may be absent. Then no signal is handled.
 *
 * <p>The JVM runs handlers on a thread made for each signal. What runs there takes no lock and logs
 * nothing: it leaves the rest to a loop.
 */
final class Signals {

  /** The class of the handlers that the JVM installs itself, as {@code sun.misc.Signal} shows them. */
  private static final String JVM_HANDLER = "sun.misc.Signal$SunMiscHandler";

  private static final @Nullable Signals FOUND = find();

  private final Class<?> handlerType;
  private final Class<?> signalType;
  private final Method install;
  private final Method callHandler;

  private Signals() throws ReflectiveOperationException {
    signalType = Class.forName("sun.misc.Signal");
    handlerType = Class.forName("sun.misc.SignalHandler");
    install = signalType.getMethod("handle", signalType, handlerType);
    callHandler = handlerType.getMethod("handle", signalType);
  }

  private static @Nullable Signals find() {
    try {
      return new Signals();
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /**
   * Handles a signal in place of the JVM, which would end the process for it.
   *
   * @param name such as {@code "INT"}
   * @param action what to do for each signal, on a thread of the JVM's; it gets what this returns
   * @return the means to end that; null if somebody else handles or ignores this signal, or if it
   *     cannot be handled here
   */
  static @Nullable Handling inPlaceOfJvm(String name, Consumer<Handling> action) {
    Signals signals = FOUND;
    if (signals == null) {
      return null;
    }
    try {
      Handling handling = signals.new Handling(name, action);
      return handling.replaceJvm() ? handling : null;
    } catch (IllegalArgumentException e) {
      return null; // -Xrs, or a signal that the JVM or this system does not let go
    }
  }

  /**
   * Handles a signal in place of whoever does it now.
   *
   * @param name such as {@code "INT"}
   * @param action what to do for each signal, on a thread of the JVM's; it gets what this returns
   * @return the means to end that
   * @throws IllegalArgumentException if there is no such signal here, or if it cannot be handled
   * @throws UnsupportedOperationException if signals cannot be handled at all
   */
  static Handling take(String name, Consumer<Handling> action) {
    Signals signals = FOUND;
    if (signals == null) {
      throw new UnsupportedOperationException(
          "signals cannot be handled without the module jdk.unsupported, which this JVM lacks");
    }
    Handling handling = signals.new Handling(name, action);
    handling.replaceAny();
    return handling;
  }

  private enum State {
    /** Somebody finds out whose the signal is, which takes microseconds; signals wait for that. */
    DECIDING,
    ACTIVE,
    ENDED
  }

  /** Handles one signal until it is ended. */
  final class Handling implements InvocationHandler {

    private final Object signal;
    private final Object handler;
    private final Consumer<Handling> action;
    private volatile State state = State.DECIDING;

    /** Whose the signal was before. */
    private volatile @Nullable Object previous;

    /** Who is found to have taken it meanwhile: gets what comes while that is found out. */
    private volatile @Nullable Object successor;

    private Handling(String name, Consumer<Handling> action) {
      this.action = action;
      try {
        signal = signalType.getConstructor(String.class).newInstance(name);
      } catch (InvocationTargetException e) {
        throw Rethrow.<RuntimeException>sneaky(Objects.requireNonNull(e.getCause()));
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(e.getMessage(), e);
      }
      handler = Proxy.newProxyInstance(
          Signals.class.getClassLoader(), new Class<?>[] {handlerType}, this);
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, Object[] arguments) {
      return switch (method.getName()) {
        case "handle" -> {
          handle();
          yield null;
        }
        case "hashCode" -> System.identityHashCode(self);
        case "equals" -> self == arguments[0];
        default -> "Culebra's handler of " + signal;
      };
    }

    private boolean replaceJvm() {
      Object replaced = swap(handler);
      Object owner = stillActive(replaced);
      previous = owner;
      boolean isJvms = owner.getClass().getName().equals(JVM_HANDLER);
      if (!isJvms) {
        swap(replaced);
      }
      state = isJvms ? State.ACTIVE : State.ENDED;
      return isJvms;
    }

    private void replaceAny() {
      previous = swap(handler);
      state = State.ACTIVE;
    }

    /** Handlers that end in another order than they began leave each other behind. */
    private static Object stillActive(Object handler) {
      Object owner = handler;
      while (Proxy.isProxyClass(owner.getClass())
          && Proxy.getInvocationHandler(owner) instanceof Handling left
          && left.state == State.ENDED) {
        owner = Objects.requireNonNull(left.previous);
      }
      return owner;
    }

    private void handle() {
      boolean early = state == State.DECIDING;
      while (state == State.DECIDING) {
        Thread.onSpinWait();
      }
      Object taker = successor;
      if (state == State.ACTIVE) {
        action.accept(this);
      } else if (early && taker != null) {
        call(callHandler, taker, signal);
      } else {
        passOnIfPossible();
      }
    }

    /** Has whoever had the signal before do what it would have done: the JVM ends the process. */
    void passOn() {
      call(callHandler, stillActive(Objects.requireNonNull(previous)), signal);
    }

    /** It came while this was ending. What the system itself does for a signal, nobody can ask for. */
    private void passOnIfPossible() {
      try {
        passOn();
      } catch (UnsupportedOperationException e) {
        // dropped, as what is queued in a loop is
      }
    }

    /** Gives the signal back, unless somebody has taken it meanwhile. */
    void end() {
      state = State.DECIDING;
      Object inPlace = swap(handler); // there is no other way to see what is in place
      if (inPlace == handler) {
        swap(stillActive(Objects.requireNonNull(previous)));
      } else {
        successor = inPlace;
        swap(inPlace);
      }
      state = State.ENDED;
    }

    private Object swap(Object newHandler) {
      return Objects.requireNonNull(call(install, null, signal, newHandler));
    }

    private @Nullable Object call(Method method, @Nullable Object target, Object... arguments) {
      try {
        return method.invoke(target, arguments);
      } catch (InvocationTargetException e) {
        throw Rethrow.<RuntimeException>sneaky(Objects.requireNonNull(e.getCause()));
      } catch (IllegalAccessException e) {
        throw new LinkageError(e.getMessage(), e);
      }
    }
  }
}
