// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import dev.culebra.internal.loop.LoopContext;
import dev.culebra.spi.AnyThread;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Names a value that follows a strand of work through tasks and callbacks (contextvars.ContextVar):
 * a request's id, a locale, a user.
 *
 * <pre>{@code
 * static final ContextVar<String> REQUEST = ContextVar.of("request");
 *
 * try (var bound = REQUEST.set("42")) {
 *     createTask(() -> handle());      // REQUEST.get() is "42" in there
 * }
 * }</pre>
 *
 * <p>A {@link ScopedValue} is the better choice where the value is bound around a body of code and not
 * needed by callbacks: tasks do not inherit it.
 *
 * <p><b>Threading</b>: may be used on any thread. A thread that is no loop's has a context of its own,
 * empty at first.
 *
 * @param <T> the type of the values, which are not null
 */
@AnyThread
public final class ContextVar<T> {

  private final String name;
  private final @Nullable T defaultValue;

  private ContextVar(String name, @Nullable T defaultValue) {
    this.name = Objects.requireNonNull(name, "name");
    this.defaultValue = defaultValue;
  }

  /**
   * Makes a variable without a default. Keep it in a static final field.
   *
   * @param <T> the type of the values
   * @param name what messages call it
   * @return a new variable, other than all others
   */
  public static <T> ContextVar<T> of(String name) {
    return new ContextVar<>(name, null);
  }

  /**
   * Makes a variable with a default. Keep it in a static final field.
   *
   * @param <T> the type of the values
   * @param name what messages call it
   * @param defaultValue what {@link #get()} returns where nothing was set
   * @return a new variable, other than all others
   */
  public static <T> ContextVar<T> withDefault(String name, T defaultValue) {
    return new ContextVar<>(name, Objects.requireNonNull(defaultValue, "defaultValue"));
  }

  /**
   * The value in the context that the calling code runs in.
   *
   * @return the value, or the variable's default
   * @throws NoSuchElementException if there is neither (Python's LookupError)
   */
  public T get() {
    T value = LoopContext.current().get(this);
    if (value == null) {
      value = defaultValue;
    }
    if (value == null) {
      throw new NoSuchElementException(
          this + " has no value in this context; set it, or give get() a default");
    }
    return value;
  }

  /**
   * The value in the context that the calling code runs in.
   *
   * @param fallback what to return where nothing was set, even if the variable has a default
   * @return the value, or {@code fallback}
   */
  public T get(T fallback) {
    T value = LoopContext.current().get(this);
    return value == null ? Objects.requireNonNull(fallback, "fallback") : value;
  }

  /**
   * Sets the value in the context that the calling code runs in.
   *
   * @param value the new value
   * @return what takes the change back: by {@link #reset}, or at the end of a try-with-resources
   *     statement
   */
  public Token<T> set(T value) {
    Objects.requireNonNull(value, "value");
    LoopContext context = LoopContext.currentToSet();
    T oldValue = context.get(this);
    context.set(this, value);
    return new Token<>(this, context, oldValue);
  }

  /**
   * Takes a change back: the value is again what it was before.
   *
   * @param token what {@link #set} returned
   * @throws IllegalArgumentException if the token is another variable's, or was made in another context
   * @throws IllegalStateException if the token was used already
   */
  public void reset(Token<T> token) {
    if (token.variable != this) {
      throw new IllegalArgumentException(
          token + " was created by a different variable than " + this);
    }
    token.use();
  }

  /**
   * The name given when it was made.
   *
   * @return what messages call it
   */
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return "ContextVar[" + name + "]";
  }

  /**
   * Takes one {@link ContextVar#set} back (contextvars.Token).
   *
   * @param <T> the type of the variable
   */
  public static final class Token<T> implements AutoCloseable {

    private final ContextVar<T> variable;
    private final LoopContext context;
    private final @Nullable T oldValue;
    private boolean used;

    private Token(ContextVar<T> variable, LoopContext context, @Nullable T oldValue) {
      this.variable = variable;
      this.context = context;
      this.oldValue = oldValue;
    }

    /**
     * The variable that was set.
     *
     * @return the variable
     */
    public ContextVar<T> variable() {
      return variable;
    }

    /**
     * The value before it was set.
     *
     * @return the old value, null if there was none (Token.MISSING)
     */
    public @Nullable T oldValue() {
      return oldValue;
    }

    /** Takes the change back unless that was done already. Call it in the context it was made in. */
    @Override
    public void close() {
      if (!used) {
        use();
      }
    }

    private void use() {
      if (used) {
        throw new IllegalStateException(this + " has already been used once");
      }
      if (!context.isCurrent()) {
        throw new IllegalArgumentException(
            this + " was created in a different context; reset it where it was set");
      }
      used = true;
      if (oldValue == null) {
        context.remove(variable);
      } else {
        context.set(variable, oldValue);
      }
    }

    @Override
    public String toString() {
      return "Token[" + variable.name + (used ? ", used" : "") + "]";
    }
  }
}
