// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares the generated bindings with the platform's own headers, by way of its C compiler.
 *
 * <p>What is compared is found by reflection, so nothing generated can be left out: each constant,
 * and for each struct its size, its alignment and the offset and size of each member. Each of these
 * is a <em>fact</em>: a C expression, and the value that the Java classes have for it.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class NativeLayoutTest {
  private static final String PACKAGE = "dev.culebra.posix.linux";
  private static final Path BASE = Path.of(System.getProperty("basedir", "."));
  private static final Path HEADERS = BASE.resolve("src/main/headers");
  private static final Path GENERATED = BASE.resolve("src/main/jextract");
  private static final Path ARGUMENTS = BASE.resolve("jextract");

  /** The system's headers, and what is asked of them beyond POSIX. */
  private static final String SYSTEM_HEADERS = """
      #define _GNU_SOURCE
      #include <errno.h>
      #include <fcntl.h>
      #include <limits.h>
      #include <netinet/in.h>
      #include <netinet/tcp.h>
      #include <signal.h>
      #include <stddef.h>
      #include <spawn.h>
      #include <stdio.h>
      #include <sys/epoll.h>
      #include <sys/eventfd.h>
      #include <sys/sendfile.h>
      #include <sys/socket.h>
      #include <sys/syscall.h>
      #include <sys/uio.h>
      #include <sys/un.h>
      #include <sys/wait.h>
      #include <time.h>
      #include <unistd.h>
      """;

  /** Constants that are no ABI: a libc may choose, and what it may choose is told here. */
  private static final Map<String, String> CHOSEN_BY_THE_LIBC =
      Map.of("SOMAXCONN", "(SOMAXCONN == 128 ? 4096 : SOMAXCONN)");

  /** Functions that an older libc may lack: the callers have a fallback. */
  private static final Set<String> OPTIONAL_FUNCTIONS = Set.of("epoll_pwait2");

  @TempDir
  Path temp;

  @Test
  void everyConstantAndLayoutIsThatOfTheSystem() throws Exception {
    Map<String, Long> facts = facts(runningArchitecture());
    Map<String, Long> probed = probe(facts.keySet(), "");
    assertEquals(List.of(), differences(facts, probed));
    System.out.println("NativeLayoutTest: cc agrees with all " + facts.size() + " facts");
  }

  @Test
  void aWrongValueIsFound() throws Exception {
    Map<String, Long> facts = facts(runningArchitecture());
    String sabotage = """
        #undef SO_KEEPALIVE
        #define SO_KEEPALIVE 10
        #define tv_nsec tv_sec
        #undef EPOLLET
        #define EPOLLET (1u << 29)
        """;
    Map<String, Long> probed = new LinkedHashMap<>(probe(facts.keySet(), sabotage));
    probed.remove("EPOLLIN");
    probed.put("EXTRA", 1L);
    assertEquals(
        List.of(
            "(int)(EPOLLET): generated -2147483648, system 536870912",
            "EPOLLIN: generated 1, not probed",
            "EXTRA: probed, not generated",
            "SO_KEEPALIVE: generated 9, system 10",
            "offsetof(struct timespec, tv_nsec): generated 8, system 0"),
        differences(facts, probed));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x86_64", "aarch64"})
  void aCrossCompilerAgrees(String architecture) throws Exception {
    String compiler = architecture + "-linux-gnu-gcc";
    assumeCompiler(compiler);
    Map<String, Long> facts = facts(architecture);
    Result right = compile(compiler, staticAsserts(facts), "-fsyntax-only");
    assertEquals(0, right.exitCode, right.output);

    facts.merge("offsetof(struct epoll_event, data)", 4L, Long::sum);
    Result wrong = compile(compiler, staticAsserts(facts), "-fsyntax-only");
    assertNotEquals(0, wrong.exitCode);
    assertTrue(wrong.output.contains("offsetof(struct epoll_event, data)"), wrong.output);
  }

  @Test
  void architecturesDifferInTheEpollEventOnly() throws Exception {
    assertEquals(
        List.of(
            "_Alignof(struct epoll_event): generated 1, system 8",
            "offsetof(struct epoll_event, data): generated 4, system 8",
            "sizeof(struct epoll_event): generated 12, system 16"),
        differences(facts("x86_64"), facts("aarch64")));
  }

  @Test
  void theSystemDeclaresEveryFunctionAlike() throws Exception {
    assumeCompiler("cc");
    String prototypes = SYSTEM_HEADERS + """
            #ifdef __GLIBC__  /* musl has other integer types in a few parameters, as large */
            #define CULEBRA_PROBE
            #include "linux/functions.h"
            #endif
            """;
    Result same = compile("cc", prototypes, "-fsyntax-only", "-I", HEADERS.toString());
    assertEquals(0, same.exitCode, same.output);

    // glibc declares __xpg_strerror_r nowhere: it is what strerror_r means with POSIX alone.
    String posix = """
        #define _POSIX_C_SOURCE 200809L
        #include <string.h>
        int (*xpg_strerror_r)(int errnum, char *buf, size_t buflen) = strerror_r;
        """;
    Result strerror = compile("cc", posix, "-fsyntax-only", "-Werror");
    assertEquals(0, strerror.exitCode, strerror.output);

    String wrong = SYSTEM_HEADERS + "int eventfd(unsigned long initval, int flags);\n";
    assertNotEquals(0, compile("cc", wrong, "-fsyntax-only").exitCode);
  }

  @Test
  void theLibcHasEveryFunction() throws Exception {
    List<String> missing = new ArrayList<>();
    for (String name : functions().keySet()) {
      if (Linker.nativeLinker().defaultLookup().find(name).isEmpty()) {
        missing.add(name);
      }
    }
    missing.removeAll(OPTIONAL_FUNCTIONS);
    assertEquals(List.of(), missing);
  }

  @Test
  void everythingAskedOfJextractIsThereAndNothingElse() throws Exception {
    Set<String> generated = new TreeSet<>();
    for (String constant : constants().keySet()) {
      generated.add("constant " + constant);
    }
    for (String function : functions().keySet()) {
      generated.add("function " + function);
    }
    for (String architecture : List.of("x86_64", "aarch64")) {
      for (Class<?> struct : structs(architecture)) {
        generated.add("struct " + struct.getSimpleName());
      }
    }
    Set<String> asked = new TreeSet<>();
    for (Path file : files(ARGUMENTS, ".args")) {
      if (!file.getFileName().toString().startsWith("linux")) {
        continue;
      }
      Matcher include = Pattern.compile("(?m)^--include-(constant|function|struct) (\\S+)$")
          .matcher(Files.readString(file));
      while (include.find()) {
        asked.add(include.group(1) + " " + include.group(2));
      }
    }
    assertEquals(asked, generated);
  }

  @Test
  void theBindingsWereMadeFromTheseHeadersAndNotEdited() throws Exception {
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(GENERATED.resolve("GENERATED.properties"))) {
      properties.load(reader);
    }
    Map<String, String> recorded = new TreeMap<>();
    for (String key : properties.stringPropertyNames()) {
      if (key.startsWith("sha256.")) {
        recorded.put(key.substring("sha256.".length()), properties.getProperty(key));
      }
    }
    Map<String, String> actual = new TreeMap<>();
    checksums(ARGUMENTS, ".args", actual);
    checksums(HEADERS, ".h", actual);
    checksums(GENERATED, ".java", actual);
    assertEquals(recorded, actual, "native-headers changed: run native-headers/generate-bindings");
  }

  // The generated classes.

  /** Maps each C expression that the bindings depend on to the value that they have for it. */
  private static Map<String, Long> facts(String architecture) throws Exception {
    Map<String, Long> facts = new TreeMap<>();
    constants().forEach((name, value) -> {
      String expression = CHOSEN_BY_THE_LIBC.getOrDefault(name, name);
      facts.put(value < 0 ? "(int)(" + expression + ")" : expression, value);
    });
    for (Class<?> type : structs(architecture)) {
      String struct = "struct " + type.getSimpleName();
      GroupLayout layout = (GroupLayout) call(type, "layout");
      facts.put("sizeof(" + struct + ")", layout.byteSize());
      facts.put("_Alignof(" + struct + ")", layout.byteAlignment());
      Set<String> members = members(layout);
      for (String member : members) {
        MemoryLayout memberLayout = (MemoryLayout) call(type, member + "$layout");
        facts.put(
            "offsetof(" + struct + ", " + member + ")", (Long) call(type, member + "$offset"));
        facts.put("sizeof(((" + struct + " *)0)->" + member + ")", memberLayout.byteSize());
      }
      assertEquals(members, accessors(type, "$offset"), struct);
    }
    return facts;
  }

  private static Map<String, Long> constants() throws Exception {
    Map<String, Long> constants = new TreeMap<>();
    for (Method method : publicStatic(Class.forName(PACKAGE + ".linux_h"))) {
      if (method.getParameterCount() == 0 && method.getReturnType().isPrimitive()) {
        constants.put(method.getName(), ((Number) method.invoke(null)).longValue());
      }
    }
    assertFalse(constants.isEmpty());
    return constants;
  }

  private static Map<String, FunctionDescriptor> functions() throws Exception {
    Class<?> header = Class.forName(PACKAGE + ".linux_h");
    Map<String, FunctionDescriptor> functions = new TreeMap<>();
    for (String name : accessors(header, "$descriptor")) {
      functions.put(name, (FunctionDescriptor) call(header, name + "$descriptor"));
    }
    assertFalse(functions.isEmpty());
    return functions;
  }

  private static List<Class<?>> structs(String architecture) throws Exception {
    List<Class<?>> structs = new ArrayList<>();
    for (String name : List.of(PACKAGE, PACKAGE + "." + architecture)) {
      try (Stream<Path> files = Files.list(GENERATED.resolve(name.replace('.', '/')))) {
        for (Path file : files.sorted().toList()) {
          String type = file.getFileName().toString().replaceFirst("\\.java$", "");
          if (Files.isRegularFile(file) && !type.matches(".*_h(\\$shared)?")) {
            structs.add(Class.forName(name + "." + type));
          }
        }
      }
    }
    return structs;
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

  // The C side.

  /** Has the running system's compiler and headers evaluate the expressions. */
  private Map<String, Long> probe(Set<String> expressions, String afterTheHeaders)
      throws Exception {
    assumeCompiler("cc");
    StringBuilder program = new StringBuilder(SYSTEM_HEADERS).append(afterTheHeaders);
    program.append("int main(void) {\n");
    for (String expression : expressions) {
      program.append(
          "  printf(\"%%s=%%lld\\n\", \"%1$s\", (long long)(%1$s));\n".formatted(expression));
    }
    program.append("  return 0;\n}\n");
    Path executable = temp.resolve("probe");
    Result compiled = compile("cc", program.toString(), "-o", executable.toString());
    assertEquals(0, compiled.exitCode, compiled.output);
    Result run = run(List.of(executable.toString()));
    assertEquals(0, run.exitCode, run.output);

    Map<String, Long> values = new LinkedHashMap<>();
    for (String line : run.output.lines().toList()) {
      int equals = line.lastIndexOf('=');
      values.put(line.substring(0, equals), Long.valueOf(line.substring(equals + 1)));
    }
    return values;
  }

  private static String staticAsserts(Map<String, Long> facts) {
    StringBuilder program = new StringBuilder(SYSTEM_HEADERS);
    facts.forEach((expression, value) ->
        program.append("_Static_assert((long long)(%1$s) == %2$dLL, \"%1$s is not %2$d\");\n"
            .formatted(expression, value)));
    return program.toString();
  }

  private static List<String> differences(Map<String, Long> generated, Map<String, Long> probed) {
    List<String> differences = new ArrayList<>();
    Set<String> expressions = new TreeSet<>(generated.keySet());
    expressions.addAll(probed.keySet());
    for (String expression : expressions) {
      Long expected = generated.get(expression);
      Long actual = probed.get(expression);
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

  private record Result(int exitCode, String output) {}

  private Result compile(String compiler, String program, String... arguments) throws Exception {
    Path source = Files.writeString(temp.resolve("probe.c"), program);
    List<String> command = new ArrayList<>(List.of(compiler, "-std=gnu11", source.toString()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private Result run(List<String> command) throws IOException, InterruptedException {
    Path output = temp.resolve("output.txt");
    Process process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    try {
      assertTrue(process.waitFor(30, TimeUnit.SECONDS), () -> command + " did not end in time");
    } finally {
      process.destroyForcibly();
    }
    return new Result(process.exitValue(), Files.readString(output));
  }

  // The machine and the checkout.

  private static String runningArchitecture() {
    String architecture = System.getProperty("os.arch").replace("amd64", "x86_64");
    assume(
        Set.of("x86_64", "aarch64").contains(architecture),
        "there are no bindings for " + architecture);
    return architecture;
  }

  private static void assumeCompiler(String name) {
    boolean present = Stream.of(
            System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    assume(present, "there is no " + name + " on the PATH");
  }

  private static void assume(boolean condition, String otherwise) {
    if (!condition) {
      System.out.println("NativeLayoutTest: skipped: " + otherwise);
    }
    Assumptions.assumeTrue(condition, otherwise);
  }

  private static List<Path> files(Path root, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }

  private static void checksums(Path root, String suffix, Map<String, String> into)
      throws Exception {
    for (Path file : files(root, suffix)) {
      // A checkout with other line ends is the same source.
      byte[] text = Files.readString(file).replace("\r\n", "\n").getBytes(UTF_8);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
      into.put(
          root.relativize(file).toString().replace(File.separatorChar, '/'),
          HexFormat.of().formatHex(digest));
    }
  }
}
