// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadTest {

  @Test
  void loadIsOverTcpUnlessItSaysOtherwise() {
    assertEquals(new Load(Kind.TCP, 50, 1024), Load.parse("50x1024"));
    assertEquals(new Load(Kind.TLS, 50, 10240), Load.parse("tls:50x10240"));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void loadIsWrittenAsItIsRead(Kind kind) {
    Load load = new Load(kind, 7, 9);

    assertEquals(load, Load.parse(load.toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "50", "50x", "x1024", "50x1024x2", "TCP:50x1024", "50 x 1024", "-1x1"})
  void formIsTold(String text) {
    assertEquals(
        "--load takes [KIND:]CONNECTIONSxBYTES, as in tls:50x10240, not '" + text + "'",
        assertThrows(Failure.class, () -> Load.parse(text)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "quic:1x1 | --load: 'quic' is none of tcp, unix, tls, accept, udp",
        "0x1 | --load 0x1: a load has 1 to 100,000 connections, and tcp messages of 1 to"
            + " 67,108,864 bytes",
        "udp:1x65508 | --load udp:1x65508: a load has 1 to 100,000 connections, and udp messages"
            + " of 1 to 65,507 bytes"
      })
  void whatCannotBeIsTold(String text, String message) {
    assertEquals(message, assertThrows(Failure.class, () -> Load.parse(text)).getMessage());
  }

  @ParameterizedTest
  @EnumSource(Suite.class)
  void suitesHaveEachLoadOnce(Suite suite) {
    List<Load> loads = suite.loads();

    assertEquals(loads.size(), new HashSet<>(loads).size());
  }

  @Test
  void fullSuiteHasTheLoadsThatHaveMarks() {
    assertTrue(Suite.FULL.loads().containsAll(Suite.MARKS.loads()));
  }
}
