// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.culebra.LoopPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated // sets a system property
class InfoCommandTest {

  @Test
  void namesEveryBackendAndTheChosenOne() {
    CommandRun run = CommandRun.of("info");

    assertEquals(0, run.exitCode());
    assertTrue(run.out().contains(Runtime.version().toString().split("[+]", 2)[0]), run.out());
    for (String backend : LoopPolicy.available().keySet()) {
      assertTrue(run.out().lines().anyMatch(line -> line.strip().startsWith(backend)), run.out());
    }
    assertEquals(1, run.out().lines().filter(line -> line.endsWith("(chosen)")).count());
  }

  @Test
  void jsonSaysTheSame() {
    JsonObject info = json(CommandRun.of("info", "--json"));

    List<JsonElement> backends = info.getAsJsonArray("backends").asList();
    assertEquals(
        List.copyOf(LoopPolicy.available().keySet()),
        backends.stream().map(b -> string(b.getAsJsonObject(), "name")).toList());
    List<String> chosen = backends.stream()
        .map(JsonElement::getAsJsonObject)
        .filter(backend -> backend.get("chosen").getAsBoolean())
        .map(backend -> string(backend, "name"))
        .toList();
    assertEquals(List.of(string(info, "backend")), chosen);
    assertEquals(System.getProperty("culebra.tasks", "carried"), string(info, "taskMode"));
    assertFalse(string(info, "taskModeReason").isBlank());
    assertEquals(System.getProperty("java.home"), string(info.getAsJsonObject("jdk"), "home"));
  }

  @Test
  void jsonFollowsThePropertyThatNamesABackend() {
    assertEquals("nio", string(json(withBackend("nio", "info", "--json")), "backend"));
  }

  @Test
  void aBackendThatDoesNotExistIsToldAndNotFatal() {
    JsonObject info = json(withBackend("abacus", "info", "--json"));

    assertTrue(info.get("backend").isJsonNull());
    assertTrue(info.get("taskMode").isJsonNull());
    assertTrue(string(info, "taskModeReason").contains("there is no backend 'abacus'"));
  }

  private static CommandRun withBackend(String backend, String... args) {
    System.setProperty("culebra.backend", backend);
    try {
      return CommandRun.of(args);
    } finally {
      System.clearProperty("culebra.backend");
    }
  }

  private static JsonObject json(CommandRun run) {
    assertEquals(0, run.exitCode());
    return JsonParser.parseString(run.out()).getAsJsonObject();
  }

  private static String string(JsonObject object, String name) {
    return object.get(name).getAsString();
  }
}
