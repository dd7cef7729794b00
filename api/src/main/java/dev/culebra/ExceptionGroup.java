// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Carries several failures at once (Python's ExceptionGroup). Its cause is the first of them, and the
 * others are suppressed exceptions of it, so that a stack trace shows each of them once.
 *
 * <pre>{@code
 * try {
 *     taskGroup(group -> { … });
 * } catch (ExceptionGroup failures) {
 *     failures.find(IOException.class).ifPresent(this::retry);
 * }
 * }</pre>
 *
 * <p>A failure may be a group itself. {@link #find}, {@link #subgroup} and {@link #split} look into it.
 */
public final class ExceptionGroup extends Exception {

  private static final long serialVersionUID = 1L;

  private final String text;
  private final Throwable[] exceptions;

  /**
   * Makes a group.
   *
   * @param message what the failures have in common; {@link #getMessage} adds how many there are
   * @param exceptions the failures, in the order they happened
   * @throws IllegalArgumentException if there are none
   */
  public ExceptionGroup(String message, List<? extends Throwable> exceptions) {
    super(messageFor(message, exceptions.size()), first(exceptions));
    this.text = message;
    this.exceptions = exceptions.toArray(new Throwable[0]);
    for (int i = 1; i < this.exceptions.length; i++) {
      addSuppressed(this.exceptions[i]); // the first is the cause
    }
  }

  private static String messageFor(String message, int count) {
    return message + " (" + count + (count == 1 ? " sub-exception)" : " sub-exceptions)");
  }

  private static Throwable first(List<? extends Throwable> exceptions) {
    if (exceptions.isEmpty()) {
      throw new IllegalArgumentException(
          "an ExceptionGroup needs at least one exception: throw nothing if there is none");
    }
    return exceptions.get(0);
  }

  /**
   * The failures, some of which may be groups.
   *
   * @return an unmodifiable list, never empty
   */
  public List<Throwable> exceptions() {
    return List.of(exceptions);
  }

  /**
   * Finds the first failure of a type, in groups within this one too, as Python's {@code except*} does.
   *
   * @param <X> the type
   * @param type its class
   * @return the failure, if there is one
   */
  public <X extends Throwable> Optional<X> find(Class<X> type) {
    for (Throwable exception : exceptions) {
      if (type.isInstance(exception)) {
        return Optional.of(type.cast(exception));
      }
      if (exception instanceof ExceptionGroup group) {
        Optional<X> found = group.find(type);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The part of this group whose failures match, nested as they are here.
   *
   * @param condition is asked about this group first, then about each failure; what it says of a group
   *     holds for all that is in it only if it says yes
   * @return this, a new group, or null if nothing matches
   */
  public @Nullable ExceptionGroup subgroup(Predicate<? super Throwable> condition) {
    return split(condition).matching();
  }

  /**
   * The two parts of this group, of the failures that match and of those that do not, nested as they are
   * here.
   *
   * @param condition is asked as by {@link #subgroup}
   * @return both parts
   */
  public Split split(Predicate<? super Throwable> condition) {
    if (condition.test(this)) {
      return new Split(this, null);
    }
    List<Throwable> matching = new ArrayList<>();
    List<Throwable> rest = new ArrayList<>();
    for (Throwable exception : exceptions) {
      if (exception instanceof ExceptionGroup group) {
        Split parts = group.split(condition);
        addIfAny(matching, parts.matching());
        addIfAny(rest, parts.rest());
      } else {
        (condition.test(exception) ? matching : rest).add(exception);
      }
    }
    return new Split(derive(matching), derive(rest));
  }

  private static void addIfAny(List<Throwable> to, @Nullable ExceptionGroup group) {
    if (group != null) {
      to.add(group);
    }
  }

  private @Nullable ExceptionGroup derive(List<Throwable> part) {
    if (part.isEmpty()) {
      return null;
    }
    ExceptionGroup group = new ExceptionGroup(text, part);
    group.setStackTrace(getStackTrace());
    return group;
  }

  /**
   * Holds the two parts of a group.
   *
   * @param matching the part whose failures match, null if none does
   * @param rest the part whose failures do not match, null if all do
   */
  public record Split(
      @Nullable ExceptionGroup matching, @Nullable ExceptionGroup rest) {}
}
