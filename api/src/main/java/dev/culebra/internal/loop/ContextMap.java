// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.ContextVar;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Maps context variables to their values, and never changes: to set one makes a new map.
 *
 * <p>As what a callback runs in, it stands for a copy that is made when the callback runs.
 */
public final class ContextMap implements Surroundings {

  /** No values. */
  public static final ContextMap EMPTY = new ContextMap(Map.of());

  private final Map<ContextVar<?>, Object> values;

  private ContextMap(Map<ContextVar<?>, Object> values) {
    this.values = values;
  }

  @Nullable Object get(ContextVar<?> variable) {
    return values.isEmpty() ? null : values.get(variable);
  }

  ContextMap with(ContextVar<?> variable, Object value) {
    Map<ContextVar<?>, Object> changed = new HashMap<>(values);
    changed.put(variable, value);
    return new ContextMap(changed);
  }

  ContextMap without(ContextVar<?> variable) {
    Map<ContextVar<?>, Object> changed = new HashMap<>(values);
    changed.remove(variable);
    return changed.isEmpty() ? EMPTY : new ContextMap(changed);
  }

  Set<ContextVar<?>> variables() {
    return Set.copyOf(values.keySet());
  }

  @Override
  public LoopContext enter(LoopContext scratch) {
    scratch.replace(this);
    return scratch;
  }

  @Override
  public LoopContext asContext() {
    return new LoopContext(this);
  }
}
