// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the examples by number or name, for those who do not want to spell out a class. */
public final class Examples {

  private static final List<Example> ALL = List.of(
      new Example(E01Hello.class),
      new Example(E02Result.class),
      new Example(E03Await.class),
      new Example(E04CallSoon.class),
      new Example(E05CallLater.class),
      new Example(E06CallAt.class),
      new Example(E07Future.class),
      new Example(E08FutureCallback.class),
      new Example(E09Task.class),
      new Example(E10Cancel.class),
      new Example(E11EnsureFuture.class),
      new Example(E12Wait.class),
      new Example(E13Gather.class),
      new Example(E14AsCompleted.class),
      new Example(E15Lock.class),
      new Example(E16Event.class),
      new Example(E17Queue.class),
      new Example(E18Subprocess.class),
      new Example(E19StreamsHttp.class),
      new Example(E20ProtocolHttp.class),
      new Example(E21Signals.class),
      new Example(BlockingJdbc.class),
      new Example(ChatServer.class),
      new Example(Crawler.class),
      new Example(DnsResponder.class),
      new Example(EchoServer.class),
      new Example(FileServer.class),
      new Example(GracefulServer.class),
      new Example(JdkFutures.class),
      new Example(JobRunner.class),
      new Example(RespClient.class),
      new Example(TcpProxy.class),
      new Example(WebSocketEcho.class),
      new Example(WorkerPool.class));

  /** The first line of the comment of a class. */
  private static final Pattern COMMENT =
      Pattern.compile("^/\\*\\*(?: |\n \\* )(.*?)(?: \\*/)?$", Pattern.MULTILINE);

  private Examples() {}

  /** All of them: those that have a number first. */
  public static List<Example> all() {
    return ALL;
  }

  /**
   * Finds one by its number, its name or its class.
   *
   * @throws NoSuchElementException that says which names are close, if there is none
   */
  public static Example find(String name) {
    for (Example example : ALL) {
      if (example.isCalled(name)) {
        return example;
      }
    }
    String close = ALL.stream()
        .map(Example::name)
        .filter(candidate -> isClose(name.toLowerCase(Locale.ROOT), candidate))
        .collect(Collectors.joining(", "));
    throw new NoSuchElementException("there is no example '" + name + "'"
        + (close.isEmpty() ? "" : "; did you mean " + close + "?"));
  }

  private static boolean isClose(String typed, String name) {
    return (!typed.isEmpty() && name.contains(typed))
        || typed.contains(name)
        || distance(typed, name) <= Math.max(1, name.length() / 3);
  }

  /** How many letters are to be put in, left out or replaced: Levenshtein's distance. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    Arrays.setAll(row, column -> column);
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }

  /** A program of this module. */
  public static final class Example {

    private final Class<?> program;

    private Example(Class<?> program) {
      this.program = program;
    }

    /** Its number, or nothing. */
    public String number() {
      return program.getSimpleName().replaceAll("^E([0-9]+).*|.*", "$1");
    }

    /** Its name, such as {@code call-soon}. */
    public String name() {
      return program
          .getSimpleName()
          .replaceAll("^E[0-9]+", "")
          .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
          .toLowerCase(Locale.ROOT);
    }

    /** What it shows: the first line of its comment. */
    public String description() {
      Matcher comment = COMMENT.matcher(source());
      if (!comment.find()) {
        throw new IllegalStateException(program + " does not say what it shows");
      }
      return comment.group(1);
    }

    private String source() {
      try (InputStream in = program.getResourceAsStream(program.getSimpleName() + ".java")) {
        return new String(
            Objects.requireNonNull(in, "its source is not packaged").readAllBytes(), UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private boolean isCalled(String typed) {
      return typed.equalsIgnoreCase(name())
          || typed.equalsIgnoreCase(program.getSimpleName())
          || (!number().isEmpty() && typed.matches("0*" + Integer.parseInt(number())));
    }

    @Override
    public String toString() {
      return program.getSimpleName();
    }

    /** Runs it, as {@code java} would. */
    public void run(String... arguments) throws Exception {
      Method main = Stream.of(program.getDeclaredMethods())
          .filter(method -> method.getName().equals("main"))
          .findFirst()
          .orElseThrow();
      try {
        if (main.getParameterCount() == 0) {
          main.invoke(null);
        } else {
          main.invoke(null, (Object) arguments);
        }
      } catch (InvocationTargetException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }
  }
}
