// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

/** Ends a command with one line for the user; its stack trace would tell them nothing. */
public final class Failure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What went wrong, as distinct from what was asked for wrongly. */
  static final int EXIT_FAILED = 1;

  static final int EXIT_USAGE = 2;

  /** What a process ends with that dies of SIGINT. */
  static final int EXIT_INTERRUPTED = 130;

  private final int exitCode;

  private Failure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** Something failed: exit code 1. */
  public static Failure failed(String message) {
    return new Failure(EXIT_FAILED, message);
  }

  /** The command was used wrongly: exit code 2. */
  public static Failure usage(String message) {
    return new Failure(EXIT_USAGE, message);
  }

  int exitCode() {
    return exitCode;
  }
}
