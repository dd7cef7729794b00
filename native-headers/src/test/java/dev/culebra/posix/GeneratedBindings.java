// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads what jextract has generated, by reflection, so that nothing can be left out.
 *
 * <p>A <em>fact</em> is a C expression, and the value that the Java classes have for it: each constant,
 * and for each struct its size, its alignment and the offset and size of each member.
 */
final class GeneratedBindings {

  static final Path BASE = Path.of(System.getProperty("basedir", "."));
  static final Path HEADERS = BASE.resolve("src/main/headers");
  static final Path SOURCES = BASE.resolve("src/main/jextract");
  static final Path ARGUMENTS = BASE.resolve("jextract");

  private static final String PACKAGE = "dev.culebra.posix.";

  private GeneratedBindings() {}

  /** The class of a system's constants and functions. */
  static Class<?> header(String system) throws ClassNotFoundException {
    return Class.forName(PACKAGE + system + "." + system + "_h");
  }

  /** The constants of a header class, by name. */
  static Map<String, Long> constants(Class<?> header) throws ReflectiveOperationException {
    Map<String, Long> constants = new TreeMap<>();
    for (Method method : publicStatic(header)) {
      if (method.getParameterCount() == 0 && method.getReturnType().isPrimitive()) {
        constants.put(method.getName(), ((Number) method.invoke(null)).longValue());
      }
    }
    assertFalse(constants.isEmpty());
    return constants;
  }

  /** The shapes of a header class's functions, by name. */
  static Map<String, FunctionDescriptor> functions(Class<?> header)
      throws ReflectiveOperationException {
    Map<String, FunctionDescriptor> functions = new TreeMap<>();
    for (String name : accessors(header, "$descriptor")) {
      functions.put(name, (FunctionDescriptor) call(header, name + "$descriptor"));
    }
    assertFalse(functions.isEmpty());
    return functions;
  }

  /** The structs of a package, named by its end: {@code "linux"}, {@code "linux.x86_64"}. */
  static List<Class<?>> structs(String end) throws IOException, ClassNotFoundException {
    List<Class<?>> structs = new ArrayList<>();
    String name = PACKAGE + end;
    try (Stream<Path> files = Files.list(SOURCES.resolve(name.replace('.', '/')))) {
      for (Path file : files.sorted().toList()) {
        String type = file.getFileName().toString().replaceFirst("\\.java$", "");
        if (Files.isRegularFile(file) && !type.matches(".*_h(\\$shared)?")) {
          structs.add(Class.forName(name + "." + type));
        }
      }
    }
    return structs;
  }

  /** The facts of a struct. */
  static Map<String, Long> facts(Class<?> type) throws ReflectiveOperationException {
    Map<String, Long> facts = new TreeMap<>();
    String struct = "struct " + type.getSimpleName();
    GroupLayout layout = (GroupLayout) call(type, "layout");
    facts.put("sizeof(" + struct + ")", layout.byteSize());
    facts.put("_Alignof(" + struct + ")", layout.byteAlignment());
    Set<String> members = members(layout);
    for (String member : members) {
      MemoryLayout memberLayout = (MemoryLayout) call(type, member + "$layout");
      facts.put("offsetof(" + struct + ", " + member + ")", (Long) call(type, member + "$offset"));
      facts.put("sizeof(((" + struct + " *)0)->" + member + ")", memberLayout.byteSize());
    }
    assertEquals(members, accessors(type, "$offset"), struct);
    return facts;
  }

  /** What two sources say differently, or only one of them says; the first one is the bindings. */
  static List<String> differences(Map<String, Long> generated, Map<String, Long> other) {
    List<String> differences = new ArrayList<>();
    Set<String> expressions = new TreeSet<>(generated.keySet());
    expressions.addAll(other.keySet());
    for (String expression : expressions) {
      Long expected = generated.get(expression);
      Long actual = other.get(expression);
      if (expected == null) {
        differences.add(expression + ": probed, not generated");
      } else if (actual == null) {
        differences.add(expression + ": generated " + expected + ", not probed");
      } else if (!expected.equals(actual)) {
        differences.add(expression + ": generated " + expected + ", system " + actual);
      }
    }
    return differences;
  }

  /**
   * Proves that a comparison finds every mistake: for each fact, that it reports that one and no other if
   * it is one more.
   */
  static void requireThatEachMistakeIsFound(Map<String, Long> generated, Map<String, Long> other) {
    generated.forEach((expression, value) -> {
      Map<String, Long> wrong = new LinkedHashMap<>(generated);
      wrong.put(expression, value + 1);
      assertEquals(
          List.of(expression + ": generated " + (value + 1) + ", system " + value),
          differences(wrong, other));
    });
  }

  static List<Path> files(Path root, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }

  /** Returns the names of a struct's members, those of an anonymous union among them. */
  private static Set<String> members(GroupLayout struct) {
    Set<String> names = new TreeSet<>();
    for (MemoryLayout member : struct.memberLayouts()) {
      String name = member.name().orElse("");
      if (name.startsWith("$anon$")) {
        names.addAll(members((GroupLayout) member));
      } else if (!(member instanceof PaddingLayout)) {
        names.add(name);
      }
    }
    return names;
  }

  /** Returns what the names of a class's accessors start with, for those that end in suffix. */
  private static Set<String> accessors(Class<?> type, String suffix) {
    return publicStatic(type).stream()
        .map(Method::getName)
        .filter(name -> name.endsWith(suffix))
        .map(name -> name.substring(0, name.length() - suffix.length()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Method> publicStatic(Class<?> type) {
    return Stream.of(type.getDeclaredMethods())
        .filter(m -> Modifier.isPublic(m.getModifiers()) && Modifier.isStatic(m.getModifiers()))
        .toList();
  }

  private static Object call(Class<?> type, String method) throws ReflectiveOperationException {
    return type.getMethod(method).invoke(null);
  }
}
