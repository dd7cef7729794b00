// SPDX-License-Identifier: Apache-2.0
/**
 * The one loop, on the SPI alone. Read {@code SelectorLoop.runOnce} first, then {@code LoopTask}, then
 * {@code CarriedTasks}.
 *
 * <ul>
 *   <li>the loop: SelectorLoop, LoopSettings, Incoming (Inbox, SleepFlag), TimerHeap, Callback,
 *       ScheduledCallback, Watch, Failures, Backends
 *   <li>tasks: LoopTask, LiveTasks, Sleep, Scope, and how their threads run: TaskThreads, CarriedTasks
 *       (Continuations, OrphanThreads, JdkPoller, VirtualThreadFactory), BatonTasks, TaskModes
 *   <li>futures: Promise, Unretrieved, Waitable
 *   <li>combinators: Gathering, Waiting, Completions, WaitFor, Shield, TimeLimit, Group
 *   <li>contexts: LoopContext, ContextMap, Surroundings
 *   <li>other threads and the JDK's futures: DefaultExecutor, ExecutorJob, JobsOutside, Chains,
 *       MirrorFuture, OutsideWaits, LoopScheduler, ScheduledWork
 *   <li>a run and its end: Runs, Interruption, Interrupts, Signals, UncaughtSigint
 *   <li>debugging: Debugging, Watchdog, Stacks, TracedAction, CallGraphs, AwaitedBy, OnBehalf
 * </ul>
 */
@NullMarked
package dev.culebra.internal.loop;

import org.jspecify.annotations.NullMarked;
