// SPDX-License-Identifier: Apache-2.0
package dev.culebra.process;

import dev.culebra.net.StreamReader;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says how to start a child process (the keyword arguments of {@code asyncio.create_subprocess_exec}).
 *
 * @param stdin where it reads from
 * @param stdout where its output goes
 * @param stderr where its error messages go; {@link Stdio#STDOUT} has them go where the output does
 * @param directory the directory it works in; null for the parent's
 * @param environment all its environment variables; null for the parent's
 * @param newSession whether it starts a session of its own, without the parent's terminal (Python's {@code
 *     start_new_session}); native backends only
 * @param limitBytes how much {@link StreamReader#readUntil} of its streams may buffer
 */
public record ProcessOptions(
    Stdio stdin,
    Stdio stdout,
    Stdio stderr,
    @Nullable Path directory,
    @Nullable Map<String, String> environment,
    boolean newSession,
    int limitBytes) {

  /** All three streams are the parent's. */
  public static final ProcessOptions DEFAULT = new ProcessOptions(
      Stdio.INHERIT,
      Stdio.INHERIT,
      Stdio.INHERIT,
      null,
      null,
      false,
      StreamReader.DEFAULT_LIMIT_BYTES);

  /** All three streams are pipes. */
  public static final ProcessOptions PIPED =
      DEFAULT.withStdin(Stdio.PIPE).withStdout(Stdio.PIPE).withStderr(Stdio.PIPE);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the limit is below 1, the directory is not of the default file
   *     system, STDOUT is not the standard error's, a file
   *     to read is to be appended to, or a variable has no proper name or value
   */
  public ProcessOptions {
    Objects.requireNonNull(stdin, "stdin");
    if (directory != null) {
      requireDefaultFileSystem(directory);
    }
    Objects.requireNonNull(stdout, "stdout");
    Objects.requireNonNull(stderr, "stderr");
    if (stdin == Stdio.STDOUT || stdout == Stdio.STDOUT) {
      throw new IllegalArgumentException("only stderr can be STDOUT");
    }
    if (stdin instanceof Stdio.File file && file.append()) {
      throw new IllegalArgumentException("stdin is read: use Stdio.file, not appendTo");
    }
    if (environment != null) {
      environment = Map.copyOf(environment);
      environment.forEach(ProcessOptions::checkVariable);
    }
    StreamReader.checkLimit(limitBytes);
  }

  private static void checkVariable(String name, String value) {
    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf(0) >= 0) {
      throw new IllegalArgumentException("not a name for an environment variable: " + name);
    }
    if (value.indexOf(0) >= 0) {
      throw new IllegalArgumentException("the value of " + name + " has a null character in it");
    }
  }

  /**
   * These options with another standard input.
   *
   * @param value where the child reads from
   * @return the new options
   */
  public ProcessOptions withStdin(Stdio value) {
    return new ProcessOptions(
        value, stdout, stderr, directory, environment, newSession, limitBytes);
  }

  /**
   * These options with another standard output.
   *
   * @param value where the child's output goes
   * @return the new options
   */
  public ProcessOptions withStdout(Stdio value) {
    return new ProcessOptions(stdin, value, stderr, directory, environment, newSession, limitBytes);
  }

  /**
   * These options with another standard error.
   *
   * @param value where the child's error messages go
   * @return the new options
   */
  public ProcessOptions withStderr(Stdio value) {
    return new ProcessOptions(stdin, stdout, value, directory, environment, newSession, limitBytes);
  }

  /** A child knows no other: the path would mean another file there. */
  static void requireDefaultFileSystem(Path path) {
    Objects.requireNonNull(path, "path");
    if (!path.getFileSystem().equals(FileSystems.getDefault())) {
      throw new IllegalArgumentException(
          "a child can use paths of the default file system only, not " + path);
    }
  }

  /**
   * These options with another directory.
   *
   * @param value where the child works, null for where the parent does
   * @return the new options
   */
  public ProcessOptions withDirectory(@Nullable Path value) {
    return new ProcessOptions(stdin, stdout, stderr, value, environment, newSession, limitBytes);
  }

  /**
   * These options with another environment.
   *
   * @param value all variables that the child has, null for those of the parent
   * @return the new options
   */
  public ProcessOptions withEnvironment(@Nullable Map<String, String> value) {
    return new ProcessOptions(stdin, stdout, stderr, directory, value, newSession, limitBytes);
  }

  /**
   * These options with another answer on the session.
   *
   * @param value whether the child starts a session of its own
   * @return the new options
   */
  public ProcessOptions withNewSession(boolean value) {
    return new ProcessOptions(stdin, stdout, stderr, directory, environment, value, limitBytes);
  }

  /**
   * These options with another limit for stream readers.
   *
   * @param value how much a reader may buffer in search of a separator, in bytes
   * @return the new options
   */
  public ProcessOptions withLimitBytes(int value) {
    return new ProcessOptions(stdin, stdout, stderr, directory, environment, newSession, value);
  }
}
