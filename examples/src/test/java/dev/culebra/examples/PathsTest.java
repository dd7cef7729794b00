// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.LoopPolicy;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A program that uses Culebra, on the class path and on the module path, with the JVM flags and without. */
@EnabledIfSystemProperty(
    named = "culebra.tasks",
    matches = "carried",
    disabledReason = "its programs choose their own mode: once is enough")
class PathsTest {

  private static final String MODULE = """
      module user {
        requires dev.culebra;
      }
      """;

  private static final String MAIN = """
      package user;

      import dev.culebra.Asyncio;
      import dev.culebra.net.Server;
      import dev.culebra.net.StreamConnection;
      import java.net.InetSocketAddress;

      public class Main {
        public static void main(String[] args) throws Exception {
          Asyncio.run(() -> {
            try (Server server = Asyncio.startServer(
                (reader, writer) -> {
                  writer.write(reader.readLine());
                  writer.close();
                },
                "127.0.0.1",
                0)) {
              int port = ((InetSocketAddress) server.addresses().get(0)).getPort();
              try (StreamConnection client = Asyncio.openConnection("127.0.0.1", port)) {
                String line = Asyncio.getRunningLoop().backend() + " "
                    + Asyncio.getRunningLoop().taskMode() + " "
                    + Main.class.getModule().isNamed() + "\\n";
                client.writer().write(line.getBytes());
                System.out.print(new String(client.reader().readAll()));
              }
            }
          });
        }
      }
      """;

  @TempDir
  static Path folder;

  static List<String> backends() {
    return LoopPolicy.available().entrySet().stream()
        .filter(backend -> backend.getValue().available())
        .map(java.util.Map.Entry::getKey)
        .toList();
  }

  @BeforeAll
  static void compileAsAUserWould() throws Exception {
    Path module = Files.writeString(folder.resolve("module-info.java"), MODULE);
    Path main = Files.writeString(folder.resolve("Main.java"), MAIN);

    int result = ToolProvider.findFirst("javac")
        .orElseThrow()
        .run(
            System.out,
            System.err,
            "-d",
            folder.resolve("classes").toString(),
            "--module-path",
            libraries() + File.pathSeparator + annotations(),
            module.toString(),
            main.toString());

    assertEquals(0, result);
  }

  /** What a program needs at run time. */
  private static String libraries() {
    return fromClassPath(
        "(jctools|culebra-api|culebra-native-headers|culebra-[a-z]+-backend)-[^/]*[.]jar"
            + "|(api|native-headers|[a-z]+-backend).target.classes");
  }

  /** The annotations, which the compiler wants to see and a program does not. */
  private static String annotations() {
    return fromClassPath("jspecify-[^/]*[.]jar");
  }

  private static String fromClassPath(String endOfEntry) {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.matches(".*[/\\\\](" + endOfEntry + ")[/\\\\]?"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void classPathWithTheFlags(String backend) throws Exception {
    assertEquals(
        List.of(),
        run(
            backend + " CARRIED false",
            List.of(
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-Dculebra.backend=" + backend),
            onClassPath()));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void modulePathWithTheFlags(String backend) throws Exception {
    assertEquals(
        List.of(),
        run(
            backend + " CARRIED true",
            List.of(
                "--add-opens=java.base/java.lang=dev.culebra",
                "--enable-native-access=dev.culebra.posix",
                "-Dculebra.backend=" + backend),
            onModulePath()));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void classPathWithoutFlags(String backend) throws Exception {
    List<String> errors =
        run(backend + " BATON false", List.of("-Dculebra.backend=" + backend), onClassPath());

    assertOneWarning("--add-opens java.base/java.lang=ALL-UNNAMED", errors);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void modulePathWithoutFlags(String backend) throws Exception {
    List<String> errors =
        run(backend + " BATON true", List.of("-Dculebra.backend=" + backend), onModulePath());

    assertOneWarning("--add-opens java.base/java.lang=dev.culebra", errors);
  }

  @Test
  void theBestBackendIsTheDefault() throws Exception {
    run(
        backends().get(0) + " CARRIED true",
        List.of("--add-opens=java.base/java.lang=dev.culebra"),
        onModulePath());
  }

  private static List<String> onClassPath() {
    return List.of(
        "--class-path", folder.resolve("classes") + File.pathSeparator + libraries(), "user.Main");
  }

  private static List<String> onModulePath() {
    return List.of(
        "--module-path",
        folder.resolve("classes") + File.pathSeparator + libraries(),
        "--module",
        "user/user.Main");
  }

  /** Runs the program, which is to print one line, and returns its complaints. */
  private static List<String> run(String expected, List<String> flags, List<String> where)
      throws Exception {
    List<String> arguments = new ArrayList<>(flags);
    arguments.addAll(where);
    try (Program program = Program.java(arguments)) {
      String line = program.readLine();
      List<String> errors = program.errors();
      assertEquals(expected, line, () -> String.join("\n", errors));
      assertEquals(0, program.awaitExit());
      return errors;
    }
  }

  /** The JDK has warnings of its own, about native access, which name no flag of ours. */
  private static void assertOneWarning(String flag, List<String> errors) {
    List<String> ours =
        errors.stream().filter(line -> line.contains("tasks are slower")).toList();
    assertEquals(1, ours.size(), () -> String.join("\n", errors));
    assertTrue(ours.get(0).contains(flag), ours.get(0));
  }
}
