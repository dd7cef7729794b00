// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContestantsTest {

  private static final String NO_PYTHON = "/nowhere/python3";

  @TempDir
  private Path scratch;

  private Contestants contestants;

  @BeforeEach
  void knowAll() {
    contestants = new Contestants(new Tools(Path.of(".."), scratch, NO_PYTHON));
  }

  @Test
  void serversComeInTheOrderOfTheirList() {
    assertEquals(
        List.of("vthreads", "nio-streams", "netty-nio"),
        contestants.named("vthreads, nio-streams,netty-nio").stream()
            .map(Contestant::name)
            .toList());
  }

  @Test
  void unknownServerIsToldWithThoseThereAre() {
    String message = failure("nio-protocol,nio-threads");

    assertTrue(
        message.startsWith(
            "--servers nio-protocol,nio-threads: there is no 'nio-threads'; there are "),
        message);
    assertTrue(message.contains("nio-sockets, selector, vthreads"), message);
  }

  @Test
  void serverIsComparedOnlyOnce() {
    assertEquals("--servers has selector twice", failure("selector,selector"));
  }

  @Test
  void namedServerMustBeAbleToRun() {
    assertEquals(
        "the server uvloop-streams cannot run here: there is no " + NO_PYTHON
            + " (--python names another)",
        failure("uvloop-streams"));
  }

  @Test
  void suiteLeavesOutWhatCannotRunAndSaysWhy() {
    Map<String, String> leftOut = new LinkedHashMap<>();
    List<String> chosen =
        contestants.of(Suite.FULL, leftOut).stream().map(Contestant::name).toList();

    assertTrue(
        chosen.containsAll(List.of("nio-protocol", "selector", "vthreads")), chosen::toString);
    assertFalse(chosen.contains("asyncio-streams"));
    assertEquals(
        "there is no " + NO_PYTHON + " (--python names another)", leftOut.get("asyncio-streams"));
  }

  @Test
  void onlyWhatHasTransportsDoesTls() {
    List<Contestant> chosen = contestants.named("selector,nio-sockets,nio-streams,vthreads");

    assertEquals(
        List.of(false, false, true, true),
        chosen.stream().map(server -> server.serves(Kind.TLS)).toList());
    assertTrue(chosen.stream().allMatch(server -> server.serves(Kind.ACCEPT)));
  }

  private String failure(String list) {
    return String.valueOf(
        assertThrows(Failure.class, () -> contestants.named(list)).getMessage());
  }
}
