// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import dev.culebra.LoopPolicy;
import dev.culebra.bench.baseline.NettyEcho;
import dev.culebra.bench.baseline.NettyTransport;
import dev.culebra.bench.baseline.SelectorEcho;
import dev.culebra.bench.baseline.VirtualThreadEcho;
import dev.culebra.spi.Availability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Knows all servers there are, and chooses among them. */
final class Contestants {

  /** Fair to all JVMs: {@code ./culebra} has the same collector. */
  private static final List<String> JVM_FLAGS = List.of(
      "-XX:+UseSerialGC",
      "--enable-native-access=ALL-UNNAMED",
      "--sun-misc-unsafe-memory-access=allow"); // Netty

  /** Without these the C library gives the memory of each large read back to the system, and takes it anew. */
  private static final Map<String, String> PYTHON_MALLOC = Map.of(
      "MALLOC_MMAP_THRESHOLD_", "33554432",
      "MALLOC_TRIM_THRESHOLD_", "1073741824",
      "MALLOC_TOP_PAD_", "67108864");

  private static final String USER_FLAGS = "CULEBRA_JAVA_OPTS";

  /** With a flag, be it the default, {@code ./culebra} does without its cache of the start: no other JVM has one. */
  private static final String THE_DEFAULT = "-Xshare:auto";

  private static final List<String> MODES = List.of("protocol", "buffered", "streams", "sockets");
  private static final Set<Kind> STREAMS = EnumSet.of(Kind.TCP, Kind.UNIX, Kind.TLS);

  private final Tools tools;
  private final List<Contestant> all = new ArrayList<>();

  Contestants(Tools tools) {
    this.tools = tools;
    addRaw();
    LoopPolicy.available().entrySet().stream()
        .sorted(
            Comparator.comparing(backend -> backend.getKey().equals("nio"))) // the fast ones first
        .forEach(backend -> addCulebra(backend.getKey(), backend.getValue()));
    addJava("selector", EnumSet.of(Kind.TCP, Kind.UNIX), () -> null, SelectorEcho.class);
    addJava("vthreads", STREAMS, () -> null, VirtualThreadEcho.class);
    for (NettyTransport transport : NettyTransport.values()) {
      addJava(
          "netty-" + transport,
          EnumSet.of(Kind.TCP, Kind.UNIX, Kind.TLS, Kind.UDP),
          transport::unavailable,
          NettyEcho.class,
          transport.toString());
    }
    addPython("asyncio");
    addPython("uvloop");
  }

  private void addRaw() {
    all.add(new Contestant(
        "raw",
        EnumSet.of(Kind.TCP, Kind.UNIX, Kind.UDP),
        () -> tools.compile("rawecho"),
        (kind, site) -> command(List.of(tools.program("rawecho").toString()), site.words(kind)),
        Map.of()));
  }

  private void addCulebra(String backend, Availability availability) {
    for (String mode : MODES) {
      all.add(new Contestant(
          backend + "-" + mode,
          kindsOf(mode),
          () -> availability.available() ? null : availability.reason(),
          (kind, site) -> command(
              tools.culebra("echo", "--backend", backend, "--mode", mode), site.options(kind)),
          Map.of(USER_FLAGS, userFlags().isEmpty() ? THE_DEFAULT : String.join(" ", userFlags()))));
    }
  }

  /** Sockets have no transport that could do TLS, and datagrams are a matter of protocols. */
  private static Set<Kind> kindsOf(String mode) {
    return switch (mode) {
      case "sockets" -> EnumSet.of(Kind.TCP, Kind.UNIX);
      case "protocol" -> EnumSet.of(Kind.TCP, Kind.UNIX, Kind.TLS, Kind.UDP);
      default -> STREAMS;
    };
  }

  private void addJava(
      String name,
      Set<Kind> kinds,
      Supplier<@Nullable String> missing,
      Class<?> main,
      String... first) {
    List<String> java = new ArrayList<>();
    java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    java.addAll(JVM_FLAGS);
    java.addAll(userFlags());
    java.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    java.addAll(List.of(first));
    all.add(new Contestant(
        name, kinds, missing, (kind, site) -> command(java, site.words(kind)), Map.of()));
  }

  /** What {@code ./culebra} gives its own JVM, too. */
  static List<String> userFlags() {
    String flags = System.getenv(USER_FLAGS);
    return flags == null || flags.isBlank() ? List.of() : List.of(flags.strip().split("\\s+"));
  }

  private void addPython(String module) {
    for (String mode : MODES) {
      all.add(new Contestant(
          module + "-" + mode,
          kindsOf(mode),
          () -> tools.lacks(module),
          (kind, site) -> command(
              List.of(
                  tools.python(), tools.source("python/echo_server.py").toString(), module, mode),
              site.words(kind)),
          PYTHON_MALLOC));
    }
  }

  private static List<String> command(List<String> first, List<String> more) {
    return Stream.concat(first.stream(), more.stream()).toList();
  }

  /** The servers of a suite that can run here; {@code leftOut} is told of each other one, and why. */
  List<Contestant> of(Suite suite, Map<String, String> leftOut) {
    List<Contestant> chosen = new ArrayList<>();
    for (Contestant contestant : all) {
      if (suite.has(contestant.name())) {
        String missing = contestant.missing().get();
        if (missing == null) {
          chosen.add(contestant);
        } else {
          leftOut.put(contestant.name(), missing);
        }
      }
    }
    return chosen;
  }

  /** The servers of a list with commas, all of which must be able to run here. */
  List<Contestant> named(String list) {
    List<Contestant> chosen = new ArrayList<>();
    for (String name : list.split(",", -1)) {
      Contestant contestant = named(name.strip().toLowerCase(Locale.ROOT), list);
      String missing = contestant.missing().get();
      if (missing != null) {
        throw Failure.failed("the server " + contestant.name() + " cannot run here: " + missing);
      }
      if (chosen.contains(contestant)) {
        throw Failure.usage("--servers has " + contestant.name() + " twice");
      }
      chosen.add(contestant);
    }
    return chosen;
  }

  private Contestant named(String name, String list) {
    return all.stream()
        .filter(contestant -> contestant.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> Failure.usage("--servers " + list + ": there is no '" + name + "'; there are "
                + all.stream().map(Contestant::name).collect(Collectors.joining(", "))));
  }

  /** What the results tell of how they are run. */
  static String flags() {
    return String.join(" ", command(JVM_FLAGS, userFlags()));
  }

  /** What the results tell of Python's servers. */
  static String pythonVariables() {
    return PYTHON_MALLOC.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::toString)
        .collect(Collectors.joining(" "));
  }
}
