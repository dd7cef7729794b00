// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.TaskMode;
import dev.culebra.spi.AnyThread;
import org.jspecify.annotations.Nullable;

/** Decides, once, how tasks get to run in this JVM. */
@AnyThread
public final class TaskModes {

  private static final String PROPERTY = "culebra.tasks";
  private static final VirtualThreadFactory.Probe PROBE = VirtualThreadFactory.probe();

  private static volatile @Nullable TaskMode chosen;

  private TaskModes() {}

  /**
   * The mode of new loops. A property that asks for what there is not is told to each who asks, not only
   * to the first, as by a static initializer.
   */
  public static TaskMode chosen() {
    TaskMode present = chosen;
    return present == null ? chooseOnce() : present;
  }

  private static synchronized TaskMode chooseOnce() {
    TaskMode present = chosen;
    if (present == null) {
      present = choose();
      chosen = present;
    }
    return present;
  }

  static TaskThreads newThreads(SelectorLoop loop, boolean waitsOnLoopThread) {
    VirtualThreadFactory factory = PROBE.factory();
    return chosen() == TaskMode.CARRIED && factory != null
        ? new CarriedTasks(loop, waitsOnLoopThread, factory)
        : new BatonTasks(loop);
  }

  /** Makes a virtual thread, not started, that no loop carries, even if a carried task asks for it. */
  @AnyThread
  public static Thread newThreadOutside(String name, Runnable body) {
    VirtualThreadFactory factory = PROBE.factory();
    return factory == null
        ? Thread.ofVirtual().name(name).unstarted(body)
        : factory.newThreadOutside(name, body);
  }

  private static TaskMode choose() {
    String wanted = System.getProperty(PROPERTY, "auto");
    return switch (wanted) {
      case "baton" -> TaskMode.BATON;
      case "carried" -> carriedOrFail();
      case "auto" -> carriedOrWarn();
      default ->
        throw new IllegalArgumentException(
            "-D" + PROPERTY + " takes carried, baton or auto, not '" + wanted + "'");
    };
  }

  private static TaskMode carriedOrFail() {
    if (PROBE.factory() == null) {
      throw new IllegalStateException("-D" + PROPERTY + "=carried: " + PROBE.reason());
    }
    return TaskMode.CARRIED;
  }

  private static TaskMode carriedOrWarn() {
    if (PROBE.factory() != null) {
      return TaskMode.CARRIED;
    }
    System.getLogger("dev.culebra")
        .log(
            System.Logger.Level.WARNING,
            "tasks are slower, and one that blocks outside the loop stops it: " + PROBE.reason());
    return TaskMode.BATON;
  }
}
