// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.spi.Availability;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class KqueueAvailabilityTest {

  private static final String DENIED =
      "native access is denied: start java with --enable-native-access=";

  @Test
  void anotherSystemIsNamed() {
    Availability availability = KqueueBackend.availability("Windows 11", "amd64", null);
    assertFalse(availability.available());
    assertEquals(
        "the kqueue that is bound here is that of macOS; this is Windows 11",
        availability.reason());
  }

  @Test
  void anotherArchitectureIsNamed() {
    Availability availability = KqueueBackend.availability("Mac OS X", "ppc64", null);
    assertFalse(availability.available());
    assertTrue(availability.reason().contains("ppc64"), availability.reason());
  }

  @Test
  void onLinuxThePropertyIsNamed() {
    Availability availability = KqueueBackend.availability("Linux", "amd64", null);
    assertFalse(availability.available());
    assertEquals(
        "kqueue is that of macOS and FreeBSD; this is Linux; for tests name a libkqueue by"
            + " -Dculebra.kqueue.library=/path/to/libkqueue.so",
        availability.reason());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aLibraryThatIsNotThereIsNamed() {
    Availability availability = KqueueBackend.availability("Linux", "amd64", "/no/such.so");
    assertFalse(availability.available());
    assertTrue(availability.reason().contains("/no/such.so"), availability.reason());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aLibraryWithoutKqueueIsNamed(@TempDir Path folder) throws Exception {
    Shim.assumeAvailable();
    Path c = compiled(folder, "int kqueue(void) { return -1; }");
    Availability availability = KqueueBackend.availability("Linux", "amd64", c.toString());
    assertFalse(availability.available());
    assertEquals(c + " has no kevent", availability.reason());
  }

  private static Path compiled(Path folder, String text) throws Exception {
    Path source = Files.writeString(folder.resolve("half.c"), text);
    Path library = folder.resolve("half.so");
    assertEquals(
        List.of(),
        run(List.of("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString())));
    return library;
  }

  @Test
  void saysWhatItStandsOn() {
    Shim.assumeAvailable();
    String reason = Shim.backend().availability().reason();
    assertTrue(reason.startsWith("kevent"), reason);
  }

  /** By a library it is for tests, and must never be chosen by default. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void onLinuxItIsNotPreferred() {
    assertTrue(new KqueueBackend().preference() < 0, "behind nio");
  }

  @Test
  void missingFlagIsNamedOnTheClassPath() throws Exception {
    Shim.assumeAvailable();
    List<String> output = run(java(
        "--illegal-native-access=deny",
        "-cp",
        System.getProperty("java.class.path"),
        AvailabilityProgram.class.getName()));
    assertEquals(
        List.of(
            "no: " + DENIED + "ALL-UNNAMED",
            "refused: " + DENIED + "ALL-UNNAMED",
            "a selector still opens"),
        output);
  }

  @Test
  void missingFlagIsNamedOnTheModulePath() throws Exception {
    Shim.assumeAvailable();
    List<String> output = run(onModulePath("--illegal-native-access=deny"));
    assertEquals("no: " + DENIED + "dev.culebra.posix", output.get(0));
    assertEquals("a selector still opens", output.get(2));
  }

  @Test
  void oneModuleNeedsTheFlagAndNoOther() throws Exception {
    Shim.assumeAvailable();
    List<String> output = run(
        onModulePath("--illegal-native-access=deny", "--enable-native-access=dev.culebra.posix"));
    assertTrue(output.get(0).startsWith("yes: kevent"), output.get(0));
    assertEquals("opened", output.get(1));
  }

  /** Everything is a module, and the program is patched into the one it tests. */
  private static List<String> onModulePath(String... flags) throws Exception {
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
        "dev.culebra.kqueue=" + Path.of(program),
        "-m",
        "dev.culebra.kqueue/" + AvailabilityProgram.class.getName()));
    return java(arguments.toArray(String[]::new));
  }

  private static List<String> java(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    String library = Kqueue.libraryName();
    if (library != null) {
      command.add("-Dculebra.kqueue.library=" + library);
    }
    command.addAll(List.of(arguments));
    return command;
  }

  private static List<String> run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.lines().toList();
  }
}
