// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import org.junit.jupiter.api.Nested;

/**
 * Runs the contract of the loop and of its tasks on a backend.
 *
 * <p>A backend extends this once, beside {@link BackendTck} and {@link NetworkTck}, and runs it twice:
 * with {@code -Dculebra.tasks=carried} and with {@code -Dculebra.tasks=baton}.
 */
public abstract class LoopTck extends Tck {

  /** Called by the subclass. */
  protected LoopTck() {}

  /** Running, stopping, closing, and in which threads. */
  @Nested
  class Running extends RunningContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Callbacks, from the loop and from other threads. */
  @Nested
  class Callbacks extends CallbackContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** What a million timers or tasks leave on the heap. */
  @Nested
  class Heap extends HeapContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Timers and sleep. */
  @Nested
  class Timers extends TimerContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** The test kit's clocks. */
  @Nested
  class Clocks extends ClockContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Futures. */
  @Nested
  class Futures extends FutureContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Tasks. */
  @Nested
  class Tasks extends TaskContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Tasks that start at once. */
  @Nested
  class EagerTasks extends EagerTaskContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Context variables. */
  @Nested
  class Contexts extends ContextContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Cancelling tasks where they wait on the loop. */
  @Nested
  class Cancelling extends CancellationContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** gather. */
  @Nested
  class Gathering extends GatherContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** wait. */
  @Nested
  class Waits extends WaitContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** asCompleted. */
  @Nested
  class Completing extends AsCompletedContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** waitFor. */
  @Nested
  class WaitingFor extends WaitForContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** shield. */
  @Nested
  class Shielding extends ShieldContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** timeout and timeoutAt. */
  @Nested
  class TimeLimits extends TimeoutContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** TaskGroup. */
  @Nested
  class Groups extends TaskGroupContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** TaskGroups that are cancelled, nested, or under a time limit. */
  @Nested
  class CancellingGroups extends TaskGroupCancellationContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Asyncio.run. */
  @Nested
  class Asyncios extends AsyncioRunContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** What is true of every wait for a lock, event, condition, semaphore, barrier or queue. */
  @Nested
  class SyncWaits extends SyncWaitContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Locks. */
  @Nested
  class Locks extends LockContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Events. */
  @Nested
  class Events extends EventContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Conditions. */
  @Nested
  class Conditions extends ConditionContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Semaphores, bounded ones too. */
  @Nested
  class Semaphores extends SemaphoreContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Barriers. */
  @Nested
  class Barriers extends BarrierContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Queues, by priority and last in first out too. */
  @Nested
  class Queues extends QueueContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Joining queues and shutting them down. */
  @Nested
  class QueueWork extends QueueWorkContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Tasks that block outside the loop. */
  @Nested
  class Blocking extends BlockingContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** What can go wrong between virtual threads, locks, interrupts and other threads. */
  @Nested
  class Hazards extends HazardContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Tasks that are not done when their loop is closed. */
  @Nested
  class Closing extends ClosingContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Jobs for other threads, and the loop as an executor. */
  @Nested
  class Executors extends ExecutorContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Futures of the JDK's and of the loop, chained. */
  @Nested
  class Interop extends InteropContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** The loop as a scheduled executor. */
  @Nested
  class ScheduledExecutors extends ScheduledExecutorContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Runner, and what an interrupt of its thread does. */
  @Nested
  class Runners extends RunnerContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** What SIGINT does to a run. */
  @Nested
  class Sigints extends SigintContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Debug mode. */
  @Nested
  class Debug extends DebugContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Who awaits whom, and where. */
  @Nested
  class CallGraphs extends CallGraphContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** What is refused, and what it says. */
  @Nested
  class BadInput extends BadInputContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Callbacks for signals. */
  @Nested
  class SignalHandlers extends SignalContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Child processes. */
  @Nested
  class Processes extends ProcessContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Child processes that end, that are cancelled, and whose pipes either side ends. */
  @Nested
  class ProcessEnds extends ProcessEndContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }

  /** Descriptors and processes that are used up. */
  @Nested
  class Scarcity extends ScarcityContract {
    @Override
    LoopTck tck() {
      return LoopTck.this;
    }
  }
}
