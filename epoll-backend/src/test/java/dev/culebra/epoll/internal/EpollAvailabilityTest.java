// SPDX-License-Identifier: Apache-2.0
package dev.culebra.epoll.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.spi.Availability;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class EpollAvailabilityTest {

  @Test
  void anotherSystemIsNamed() {
    Availability availability = EpollBackend.availability("Mac OS X", "aarch64");
    assertFalse(availability.available());
    assertEquals("epoll is Linux's; this is Mac OS X", availability.reason());
  }

  @Test
  void anotherArchitectureIsNamed() {
    Availability availability = EpollBackend.availability("Linux", "riscv64");
    assertFalse(availability.available());
    assertTrue(availability.reason().contains("riscv64"), availability.reason());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void saysHowExactlyItWaits() {
    Availability availability = new EpollBackend().availability();
    assertTrue(availability.available(), availability.reason());
    assertTrue(availability.reason().startsWith("epoll_"), availability.reason());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void missingFlagIsNamedOnTheClassPath() throws Exception {
    List<String> output = run(
        "--illegal-native-access=deny",
        "-cp",
        System.getProperty("java.class.path"),
        AvailabilityProgram.class.getName());
    assertEquals(
        List.of(
            "no: native access is denied: start java with --enable-native-access=ALL-UNNAMED",
            "refused: native access is denied: start java with --enable-native-access=ALL-UNNAMED",
            "a selector still opens"),
        output);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void missingFlagIsNamedOnTheModulePath() throws Exception {
    List<String> output = run(onModulePath("--illegal-native-access=deny"));
    assertEquals(
        "no: native access is denied: start java with --enable-native-access=dev.culebra.posix",
        output.get(0));
    assertEquals("a selector still opens", output.get(2));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void oneModuleNeedsTheFlagAndNoOther() throws Exception {
    List<String> output = run(
        onModulePath("--illegal-native-access=deny", "--enable-native-access=dev.culebra.posix"));
    assertTrue(output.get(0).startsWith("yes: epoll_"), output.get(0));
    assertEquals("opened", output.get(1));
  }

  /** Everything is a module, and the program is patched into the one it tests. */
  private static String[] onModulePath(String... flags) throws URISyntaxException {
    List<String> modules = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (new File(entry, "module-info.class").exists()
          || entry.matches(".*/(culebra-|jspecify-|jctools-)[^/]*\\.jar")) {
        modules.add(entry);
      }
    }
    URI program = AvailabilityProgram.class
        .getProtectionDomain()
        .getCodeSource()
        .getLocation()
        .toURI();
    List<String> arguments = new ArrayList<>(List.of(flags));
    arguments.addAll(List.of(
        "-p",
        String.join(File.pathSeparator, modules),
        "--patch-module",
        "dev.culebra.epoll=" + Path.of(program),
        "-m",
        "dev.culebra.epoll/" + AvailabilityProgram.class.getName()));
    return arguments.toArray(String[]::new);
  }

  private static List<String> run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.lines().toList();
  }
}
