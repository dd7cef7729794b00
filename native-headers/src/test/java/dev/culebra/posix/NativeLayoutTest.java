// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static dev.culebra.posix.GeneratedBindings.ARGUMENTS;
import static dev.culebra.posix.GeneratedBindings.HEADERS;
import static dev.culebra.posix.GeneratedBindings.SOURCES;
import static dev.culebra.posix.GeneratedBindings.constants;
import static dev.culebra.posix.GeneratedBindings.differences;
import static dev.culebra.posix.GeneratedBindings.files;
import static dev.culebra.posix.GeneratedBindings.functions;
import static dev.culebra.posix.GeneratedBindings.header;
import static dev.culebra.posix.GeneratedBindings.structs;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Linker;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares the generated bindings of Linux with the platform's own headers, by way of its C compiler:
 * all the facts that {@link GeneratedBindings} finds. {@link ForeignBindingsTest} has the other systems.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class NativeLayoutTest {
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
    GeneratedBindings.requireThatEachMistakeIsFound(facts, probed);
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
    CCompiler.assume(compiler);
    Map<String, Long> facts = facts(architecture);
    CCompiler.Result right =
        compile(compiler, SYSTEM_HEADERS + CCompiler.staticAsserts(facts), "-fsyntax-only");
    assertEquals(0, right.exitCode(), right.output());

    facts.merge("offsetof(struct epoll_event, data)", 4L, Long::sum);
    CCompiler.Result wrong =
        compile(compiler, SYSTEM_HEADERS + CCompiler.staticAsserts(facts), "-fsyntax-only");
    assertNotEquals(0, wrong.exitCode());
    assertTrue(wrong.output().contains("offsetof(struct epoll_event, data)"), wrong.output());
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
    CCompiler.assume("cc");
    String prototypes = SYSTEM_HEADERS + """
            #ifdef __GLIBC__  /* musl has other integer types in a few parameters, as large */
            #define CULEBRA_PROBE
            #include "linux/functions.h"
            #endif
            """;
    CCompiler.Result same = compile("cc", prototypes, "-fsyntax-only", "-I", HEADERS.toString());
    assertEquals(0, same.exitCode(), same.output());

    // glibc declares __xpg_strerror_r nowhere: it is what strerror_r means with POSIX alone.
    String posix = """
        #define _POSIX_C_SOURCE 200809L
        #include <string.h>
        int (*xpg_strerror_r)(int errnum, char *buf, size_t buflen) = strerror_r;
        """;
    CCompiler.Result strerror = compile("cc", posix, "-fsyntax-only", "-Werror");
    assertEquals(0, strerror.exitCode(), strerror.output());

    String wrong = SYSTEM_HEADERS + "int eventfd(unsigned long initval, int flags);\n";
    assertNotEquals(0, compile("cc", wrong, "-fsyntax-only").exitCode());
  }

  @Test
  void theLibcHasEveryFunction() throws Exception {
    List<String> missing = new ArrayList<>();
    for (String name : functions(header("linux")).keySet()) {
      if (Linker.nativeLinker().defaultLookup().find(name).isEmpty()) {
        missing.add(name);
      }
    }
    missing.removeAll(OPTIONAL_FUNCTIONS);
    assertEquals(List.of(), missing);
  }

  @Test
  void everythingAskedOfJextractIsThereAndNothingElse() throws Exception {
    for (String system : List.of("linux", "darwin", "freebsd")) {
      Set<String> generated = new TreeSet<>();
      for (String constant : constants(header(system)).keySet()) {
        generated.add("constant " + constant);
      }
      for (String function : functions(header(system)).keySet()) {
        generated.add("function " + function);
      }
      List<String> packages = system.equals("linux")
          ? List.of("linux", "linux.x86_64", "linux.aarch64")
          : List.of(system);
      for (String end : packages) {
        for (Class<?> struct : structs(end)) {
          generated.add("struct " + struct.getSimpleName());
        }
      }
      assertEquals(asked(system), generated, system);
    }
  }

  /** What the argument files of a system ask jextract for. */
  private static Set<String> asked(String system) throws IOException {
    Set<String> asked = new TreeSet<>();
    for (Path file : files(ARGUMENTS, ".args")) {
      if (file.getFileName().toString().startsWith(system)) {
        Matcher include = Pattern.compile("(?m)^--include-(constant|function|struct) (\\S+)$")
            .matcher(Files.readString(file));
        while (include.find()) {
          asked.add(include.group(1) + " " + include.group(2));
        }
      }
    }
    return asked;
  }

  @Test
  void theBindingsWereMadeFromTheseHeadersAndNotEdited() throws Exception {
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(SOURCES.resolve("GENERATED.properties"))) {
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
    checksums(SOURCES, ".java", actual);
    assertEquals(recorded, actual, "native-headers changed: run native-headers/generate-bindings");
  }

  /** Maps each C expression that the bindings depend on to the value that they have for it. */
  private static Map<String, Long> facts(String architecture) throws Exception {
    Map<String, Long> facts = new TreeMap<>();
    constants(header("linux")).forEach((name, value) -> {
      String expression = CHOSEN_BY_THE_LIBC.getOrDefault(name, name);
      facts.put(value < 0 ? "(int)(" + expression + ")" : expression, value);
    });
    for (String end : List.of("linux", "linux." + architecture)) {
      for (Class<?> type : structs(end)) {
        facts.putAll(GeneratedBindings.facts(type));
      }
    }
    return facts;
  }

  /** Has the running system's compiler and headers evaluate the expressions. */
  private Map<String, Long> probe(Set<String> expressions, String afterTheHeaders)
      throws Exception {
    CCompiler.assume("cc");
    StringBuilder program = new StringBuilder(SYSTEM_HEADERS).append(afterTheHeaders);
    program.append("int main(void) {\n");
    for (String expression : expressions) {
      program.append(
          "  printf(\"%%s=%%lld\\n\", \"%1$s\", (long long)(%1$s));\n".formatted(expression));
    }
    program.append("  return 0;\n}\n");
    Path executable = temp.resolve("probe");
    CCompiler.Result compiled = compile("cc", program.toString(), "-o", executable.toString());
    assertEquals(0, compiled.exitCode(), compiled.output());
    CCompiler.Result run = compiler().run(List.of(executable.toString()));
    assertEquals(0, run.exitCode(), run.output());

    Map<String, Long> values = new LinkedHashMap<>();
    for (String line : run.output().lines().toList()) {
      int equals = line.lastIndexOf('=');
      values.put(line.substring(0, equals), Long.valueOf(line.substring(equals + 1)));
    }
    return values;
  }

  private CCompiler compiler() {
    return new CCompiler(temp);
  }

  private CCompiler.Result compile(String compiler, String program, String... arguments)
      throws Exception {
    return compiler().compile(compiler, program, arguments);
  }

  private static String runningArchitecture() {
    String architecture = System.getProperty("os.arch").replace("amd64", "x86_64");
    CCompiler.assume(
        Set.of("x86_64", "aarch64").contains(architecture),
        "there are no bindings for " + architecture);
    return architecture;
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
