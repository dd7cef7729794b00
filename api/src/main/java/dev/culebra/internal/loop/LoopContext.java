// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.Awaitable;
import dev.culebra.Context;
import dev.culebra.ContextVar;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds the values that code sees which runs in it; a task's, a callback's, or a plain thread's. */
public final class LoopContext implements Context, Surroundings {

  private static final ThreadLocal<LoopContext> OF_THREAD =
      ThreadLocal.withInitial(() -> new LoopContext(ContextMap.EMPTY));

  /** Whether any variable was ever set: as long as none was, there is nothing to carry around. */
  private static volatile boolean anySet;

  private ContextMap values;
  private boolean entered;

  public LoopContext(ContextMap values) {
    this.values = values;
  }

  /** The context that the calling code runs in. */
  public static LoopContext current() {
    Scope scope = Scope.current();
    if (scope.task != null) {
      return scope.task.context;
    }
    return scope.loop != null ? scope.loop.callbackContext : OF_THREAD.get();
  }

  /** The same, to set a variable in: a callback that named no context gets one of its own for that. */
  public static LoopContext currentToSet() {
    Scope scope = Scope.current();
    if (scope.task == null && scope.loop != null) {
      return scope.loop.callbackContextToSet();
    }
    return current();
  }

  /** What a callback that is scheduled now will run in, unless its caller says otherwise. */
  static ContextMap capture() {
    return anySet ? current().values : ContextMap.EMPTY;
  }

  static Surroundings orCaptured(@Nullable Context context) {
    return context == null ? capture() : of(context);
  }

  /** The one implementation there is. */
  static LoopContext of(Context context) {
    return (LoopContext) Objects.requireNonNull(context, "context");
  }

  /** Whether the calling code runs in this context. */
  public boolean isCurrent() {
    return current() == this;
  }

  @Override
  @SuppressWarnings("unchecked") // set() saw to the type
  public <T> @Nullable T get(ContextVar<T> variable) {
    return (T) values.get(variable);
  }

  /** Gives a variable a value. */
  public void set(ContextVar<?> variable, Object value) {
    if (!anySet) {
      anySet = true;
    }
    values = values.with(variable, value);
  }

  /** Takes a variable's value away. */
  public void remove(ContextVar<?> variable) {
    values = values.without(variable);
  }

  void replace(ContextMap newValues) {
    values = newValues;
  }

  ContextMap values() {
    return values;
  }

  @Override
  public LoopContext copy() {
    return new LoopContext(values);
  }

  @Override
  public Set<ContextVar<?>> variables() {
    return values.variables();
  }

  @Override
  public <T extends @Nullable Object> T run(Awaitable<T> body) throws Exception {
    if (entered) {
      throw new IllegalStateException(
          "cannot enter context: " + this + " is already entered; run in a copy() of it");
    }
    Scope scope = Scope.current();
    LoopContext before = current();
    entered = true;
    install(scope, this);
    try {
      return body.await();
    } finally {
      install(scope, before);
      entered = false;
    }
  }

  /** Runs something here, entered or not. */
  void during(Runnable call) {
    Scope scope = Scope.current();
    LoopContext before = current();
    install(scope, this);
    try {
      call.run();
    } finally {
      install(scope, before);
    }
  }

  private static void install(Scope scope, LoopContext context) {
    if (scope.task != null) {
      scope.task.context = context;
    } else if (scope.loop != null) {
      scope.loop.callbackContext = context;
    } else {
      OF_THREAD.set(context);
    }
  }

  @Override
  public LoopContext enter(LoopContext scratch) {
    return this;
  }

  @Override
  public LoopContext asContext() {
    return this;
  }

  @Override
  public String toString() {
    return "Context[" + values.variables() + "]";
  }
}
