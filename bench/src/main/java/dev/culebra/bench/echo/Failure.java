// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

/** Ends the comparison with one line for the user; its stack trace would tell them nothing. */
final class Failure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;

  private final int exitCode;

  private Failure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** Something failed: exit code 1. */
  static Failure failed(String message) {
    return new Failure(EXIT_FAILED, message);
  }

  /** The command was used wrongly: exit code 2. */
  static Failure usage(String message) {
    return new Failure(EXIT_USAGE, message);
  }

  int exitCode() {
    return exitCode;
  }
}
