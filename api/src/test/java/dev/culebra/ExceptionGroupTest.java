// SPDX-License-Identifier: Apache-2.0
package dev.culebra;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExceptionGroupTest {

  private final IOException io = new IOException("io");
  private final IllegalStateException state = new IllegalStateException("state");
  private final FileNotFoundException file = new FileNotFoundException("file");
  private final ExceptionGroup inner = new ExceptionGroup("inner", List.of(state, file));
  private final ExceptionGroup group = new ExceptionGroup("outer", List.of(io, inner));

  @Test
  void theFirstFailureIsTheCauseAndTheOthersAreSuppressed() {
    assertEquals("outer (2 sub-exceptions)", group.getMessage());
    assertEquals("one (1 sub-exception)", new ExceptionGroup("one", List.of(io)).getMessage());
    assertSame(io, group.getCause());
    assertArrayEquals(new Throwable[] {inner}, group.getSuppressed());
    assertEquals(List.of(io, inner), group.exceptions());
  }

  @Test
  void whatIsSuppressedLaterIsNoFailureOfIt() {
    group.addSuppressed(new IOException("a time limit's"));
    assertEquals(List.of(io, inner), group.exceptions());
  }

  @Test
  void aGroupOfNothingIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new ExceptionGroup("none", List.of()));
  }

  @Test
  void aFailureIsFoundByItsTypeInGroupsWithinToo() {
    assertEquals(Optional.of(io), group.find(IOException.class));
    assertEquals(Optional.of(file), group.find(FileNotFoundException.class));
    assertEquals(Optional.of(inner), group.find(ExceptionGroup.class));
    assertEquals(Optional.empty(), group.find(Error.class));
  }

  @Test
  void splitKeepsTheNesting() {
    ExceptionGroup.Split parts = group.split(IOException.class::isInstance);
    ExceptionGroup matching = parts.matching();
    assertNotNull(matching);
    assertEquals("outer (2 sub-exceptions)", matching.getMessage());
    assertSame(io, matching.exceptions().get(0));
    assertEquals(List.of(file), ((ExceptionGroup) matching.exceptions().get(1)).exceptions());
    ExceptionGroup rest = parts.rest();
    assertNotNull(rest);
    assertEquals("outer (1 sub-exception)", rest.getMessage());
    assertEquals(List.of(state), ((ExceptionGroup) rest.exceptions().get(0)).exceptions());
    assertArrayEquals(group.getStackTrace(), rest.getStackTrace());
  }

  @Test
  void aConditionThatHoldsForTheGroupTakesItWhole() {
    assertSame(group, group.subgroup(ExceptionGroup.class::isInstance));
    assertNull(group.split(ExceptionGroup.class::isInstance).rest());
    ExceptionGroup matching = group.subgroup(each -> each == inner);
    assertNotNull(matching);
    assertEquals(List.of(inner), matching.exceptions());
  }

  @Test
  void nothingThatMatchesIsNull() {
    assertNull(group.subgroup(Error.class::isInstance));
    ExceptionGroup rest = group.split(Error.class::isInstance).rest();
    assertNotNull(rest);
    assertTrue(rest.find(FileNotFoundException.class).isPresent());
  }
}
