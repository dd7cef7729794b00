// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static dev.culebra.posix.GeneratedBindings.constants;
import static dev.culebra.posix.GeneratedBindings.differences;
import static dev.culebra.posix.GeneratedBindings.functions;
import static dev.culebra.posix.GeneratedBindings.header;
import static dev.culebra.posix.GeneratedBindings.requireThatEachMistakeIsFound;
import static dev.culebra.posix.GeneratedBindings.structs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.foreign.FunctionDescriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import jnr.constants.Constant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares the generated bindings of the systems that the tests do not run on with what others have
 * written down of them: the tables of jnr-constants, and for what it lacks those of the properties files
 * beside this class, which name their sources. What nobody vouches for is a failure.
 *
 * <p>Each comparison is then made again with each value one more than it is, and must find that.
 */
@Timeout(60)
class ForeignBindingsTest {

  /** The tables of jnr-constants that have anything of ours. */
  private static final Map<String, List<Class<? extends Constant>>> TABLES = Map.of(
      "darwin",
      List.of(
          jnr.constants.platform.darwin.AddressFamily.class,
          jnr.constants.platform.darwin.Errno.class,
          jnr.constants.platform.darwin.Fcntl.class,
          jnr.constants.platform.darwin.IP.class,
          jnr.constants.platform.darwin.IPProto.class,
          jnr.constants.platform.darwin.IPv6.class,
          jnr.constants.platform.darwin.Multicast.class,
          jnr.constants.platform.darwin.OpenFlags.class,
          jnr.constants.platform.darwin.Shutdown.class,
          jnr.constants.platform.darwin.Signal.class,
          jnr.constants.platform.darwin.Sock.class,
          jnr.constants.platform.darwin.SocketLevel.class,
          jnr.constants.platform.darwin.SocketMessage.class,
          jnr.constants.platform.darwin.SocketOption.class,
          jnr.constants.platform.darwin.TCP.class,
          jnr.constants.platform.darwin.WaitFlags.class),
      "freebsd",
      List.of()); // it has no kqueue, and that is all that we have

  /** What begins so in a properties file is of a struct, all else is a constant. */
  private static final String STRUCT = "struct.";

  @TempDir
  Path temp;

  @ParameterizedTest
  @CsvSource({"darwin, 137", "freebsd, 0"})
  void everyConstantIsThatOfTheTables(String system, int byJnr) throws Exception {
    Map<String, Long> generated = constants(header(system));
    Map<String, Long> tables = jnrConstants(system);
    tables.keySet().retainAll(generated.keySet());
    assertEquals(byJnr, tables.size(), "constants that jnr-constants has");
    Map<String, Long> others = otherConstants(system);
    others.forEach((name, value) ->
        assertEquals(null, tables.putIfAbsent(name, value), name + " needs no second table"));

    Set<String> unproven = new TreeSet<>(generated.keySet());
    unproven.removeAll(tables.keySet());
    System.out.printf(
        "ForeignBindingsTest: %s: %d constants by jnr-constants, %d by other tables, unproven %s%n",
        system, byJnr, others.size(), unproven);
    assertEquals(Set.of(), unproven);
    assertEquals(List.of(), differences(generated, tables));
    requireThatEachMistakeIsFound(generated, tables);
  }

  @ParameterizedTest
  @ValueSource(strings = {"darwin", "freebsd"})
  void everyLayoutIsThatOfTheTables(String system) throws Exception {
    Map<String, Long> generated = layoutFacts(system);
    generated.keySet().removeIf(expression -> expression.startsWith("_Alignof"));
    Map<String, Long> tables = otherLayouts(system);
    System.out.printf(
        "ForeignBindingsTest: %s: %d facts of structs by other tables%n", system, tables.size());
    assertEquals(List.of(), differences(generated, tables));
    requireThatEachMistakeIsFound(generated, tables);
  }

  /** Proves nothing of the system, but that the bindings are what a compiler makes of the headers. */
  @ParameterizedTest
  @CsvSource({
    "cc, darwin, ",
    "cc, freebsd, ",
    "clang, darwin, --target=arm64-apple-darwin",
    "clang, darwin, --target=x86_64-apple-darwin",
    "clang, freebsd, --target=aarch64-unknown-freebsd",
    "clang, freebsd, --target=x86_64-unknown-freebsd"
  })
  void aCompilerReadsTheHeadersAlike(String compiler, String system, String target)
      throws Exception {
    CCompiler.assume(compiler);
    Map<String, Long> facts = layoutFacts(system);
    constants(header(system)).forEach((name, value) -> facts.put("(int)(" + name + ")", value));
    assertEquals(0, compile(compiler, system, target, facts).exitCode());

    facts.merge("offsetof(struct kevent, udata)", 1L, Long::sum);
    CCompiler.Result wrong = compile(compiler, system, target, facts);
    assertNotEquals(0, wrong.exitCode());
    assertTrue(wrong.output().contains("offsetof(struct kevent, udata)"), wrong.output());
  }

  private CCompiler.Result compile(
      String compiler, String system, String target, Map<String, Long> facts) throws Exception {
    String program = "#define offsetof(type, member) __builtin_offsetof(type, member)\n"
        + "#include \"" + system + "/" + system + ".h\"\n"
        + CCompiler.staticAsserts(facts);
    List<String> arguments = new ArrayList<>(
        List.of("-fsyntax-only", "-nostdinc", "-I", GeneratedBindings.HEADERS.toString()));
    if (target != null) {
      arguments.add(target);
    }
    return new CCompiler(temp).compile(compiler, program, arguments.toArray(String[]::new));
  }

  /** Which is why {@link Libc} and {@link ProcessCalls} take them all from Linux's headers. */
  @Test
  void functionsThatLinuxAndDarwinHaveAreOfOneShape() throws Exception {
    Map<String, FunctionDescriptor> linux = functions(header("linux"));
    linux.put("strerror_r", Objects.requireNonNull(linux.get("__xpg_strerror_r")));
    Map<String, FunctionDescriptor> darwin = functions(header("darwin"));
    Set<String> both = new TreeSet<>(linux.keySet());
    both.retainAll(darwin.keySet());
    both.remove("sendfile");
    assertNotEquals(linux.get("sendfile"), darwin.get("sendfile"));
    assertTrue(both.size() > 35, "only " + both);
    for (String name : both) {
      assertEquals(linux.get(name), darwin.get(name), name);
    }
    assertEquals(
        Set.of(
            "accept",
            "kevent",
            "kqueue",
            "pipe",
            "posix_spawn_file_actions_addinherit_np",
            "sendfile"),
        onlyIn(darwin.keySet(), both));
    assertEquals(functions(header("freebsd")).get("kevent"), darwin.get("kevent"));
  }

  private static Set<String> onlyIn(Set<String> names, Set<String> others) {
    Set<String> only = new TreeSet<>(names);
    only.removeAll(others);
    return only;
  }

  private static Map<String, Long> layoutFacts(String system) throws Exception {
    Map<String, Long> facts = new TreeMap<>();
    for (Class<?> struct : structs(system)) {
      facts.putAll(GeneratedBindings.facts(struct));
    }
    return facts;
  }

  private static Map<String, Long> jnrConstants(String system) {
    Map<String, Long> constants = new TreeMap<>();
    for (Class<? extends Constant> table : TABLES.getOrDefault(system, List.of())) {
      for (Constant constant : table.getEnumConstants()) {
        Long before = constants.put(constant.name(), constant.longValue());
        assertTrue(before == null || before == constant.longValue(), constant.name());
      }
    }
    return constants;
  }

  private static Map<String, Long> otherConstants(String system) throws IOException {
    Map<String, Long> constants = new TreeMap<>();
    table(system).forEach((name, value) -> {
      if (!name.startsWith(STRUCT)) {
        constants.put(name, (long) Long.decode(value).intValue());
      }
    });
    return constants;
  }

  /** A size, or the offset and the size of a member: {@code struct.linger.l_linger=4:4}. */
  private static Map<String, Long> otherLayouts(String system) throws IOException {
    Map<String, Long> facts = new TreeMap<>();
    table(system).forEach((name, value) -> {
      if (name.startsWith(STRUCT)) {
        List<String> path = List.of(name.split("\\.", -1));
        String struct = "struct " + path.get(1);
        if (path.size() == 2) {
          facts.put("sizeof(" + struct + ")", Long.decode(value));
        } else {
          List<String> place = List.of(value.split(":", -1));
          String member = path.get(2);
          facts.put("offsetof(" + struct + ", " + member + ")", Long.decode(place.get(0)));
          facts.put("sizeof(((" + struct + " *)0)->" + member + ")", Long.decode(place.get(1)));
        }
      }
    });
    return facts;
  }

  private static Map<String, String> table(String system) throws IOException {
    Properties properties = new Properties();
    try (InputStream file = Objects.requireNonNull(
        ForeignBindingsTest.class.getResourceAsStream(system + ".properties"))) {
      properties.load(new InputStreamReader(file, StandardCharsets.UTF_8));
    }
    Map<String, String> table = new TreeMap<>();
    properties.stringPropertyNames().forEach(name -> table.put(name, properties.getProperty(name)));
    return table;
  }
}
