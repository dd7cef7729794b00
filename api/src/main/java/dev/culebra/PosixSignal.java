// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

/**
 * Names the signals of POSIX (Python's {@code signal.Signals}): what {@link
 * EventLoop#addSignalHandler} handles.
 *
 * <p><b>Portability</b>: not every system has all of them; Windows has {@link #SIGINT}, {@link #SIGTERM}
 * and a few more. Using one that is not there, or that the JVM keeps for itself, is an {@link
 * IllegalArgumentException}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/signal.7.html">signal(7)</a>
 */
public enum PosixSignal {
  /** The terminal was closed; by custom, a service reads its configuration again. */
  SIGHUP,
  /** Ctrl+C. */
  SIGINT,
  /** Ctrl+\. The JVM prints its threads. */
  SIGQUIT,
  /** An illegal instruction. The JVM keeps it. */
  SIGILL,
  /** A breakpoint. The JVM keeps it. */
  SIGTRAP,
  /** The process gives itself up. */
  SIGABRT,
  /** A bad memory access. The JVM keeps it. */
  SIGBUS,
  /** An arithmetic error. The JVM keeps it. */
  SIGFPE,
  /** The end, which nobody can handle. */
  SIGKILL,
  /** For the program to use. */
  SIGUSR1,
  /** A bad memory access. The JVM keeps it. */
  SIGSEGV,
  /** For the program to use, were it not that the JVM does. */
  SIGUSR2,
  /** Nobody reads what was written. The JVM keeps it; writes fail instead. */
  SIGPIPE,
  /** A timer of alarm(2). */
  SIGALRM,
  /** The polite request to end. */
  SIGTERM,
  /** A child process has ended or stopped. */
  SIGCHLD,
  /** A stopped process goes on. */
  SIGCONT,
  /** The process stops, which nobody can handle. */
  SIGSTOP,
  /** Ctrl+Z. */
  SIGTSTP,
  /** A background process reads from its terminal. */
  SIGTTIN,
  /** A background process writes to its terminal. */
  SIGTTOU,
  /** Urgent data came. */
  SIGURG,
  /** The limit of CPU time is reached. */
  SIGXCPU,
  /** The limit of a file's size is reached. The JVM keeps it; writes fail instead. */
  SIGXFSZ,
  /** A timer of the process's CPU time. */
  SIGVTALRM,
  /** A timer of profilers. */
  SIGPROF,
  /** The terminal has another size. */
  SIGWINCH,
  /** A bad system call. */
  SIGSYS
}
