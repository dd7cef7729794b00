// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import org.jspecify.annotations.Nullable;

/**
 * Says how a task is made (the keyword arguments of asyncio's {@code create_task}).
 *
 * @param name the task's name, and its thread's; null for a name of the loop's making
 * @param context what the task runs in; null for a copy of what its maker runs in
 * @param eagerStart true to run the first step at once, before {@code createTask} returns, if the
 *     caller is on the loop; false not to; null to leave it to the task factory, whose default is not
 *     to
 */
public record TaskOptions(
    @Nullable String name,
    @Nullable Context context,
    @Nullable Boolean eagerStart) {

  /** A name of the loop's making, a copy of the maker's context, and the factory's kind of start. */
  public static final TaskOptions DEFAULT = new TaskOptions(null, null, null);

  /**
   * These options with another name.
   *
   * @param value the task's name; null for one of the loop's making
   * @return the new options
   */
  public TaskOptions withName(@Nullable String value) {
    return new TaskOptions(value, context, eagerStart);
  }

  /**
   * These options with another context.
   *
   * @param value what the task runs in, as it is; null for a copy of its maker's
   * @return the new options
   */
  public TaskOptions withContext(@Nullable Context value) {
    return new TaskOptions(name, value, eagerStart);
  }

  /**
   * These options with another kind of start.
   *
   * @param value whether the first step runs at once; null leaves it to the factory
   * @return the new options
   */
  public TaskOptions withEagerStart(@Nullable Boolean value) {
    return new TaskOptions(name, context, value);
  }
}
