// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExamplesTest {

  private static final Path SOURCES = Path.of("src/main/java/dev/culebra/examples");

  @Test
  void everyProgramIsListed() throws Exception {
    try (Stream<Path> sources = Files.list(SOURCES)) {
      List<String> programs = sources
          .filter(source -> contains(source, "void main("))
          .map(source -> source.getFileName().toString().replace(".java", ""))
          .sorted()
          .toList();
      assertEquals(
          programs,
          Examples.all().stream().map(Examples.Example::toString).sorted().toList());
    }
  }

  private static boolean contains(Path source, String text) {
    try {
      return Files.readString(source).contains(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void eachSaysWhatItShowsInASentence() {
    for (Examples.Example example : Examples.all()) {
      String description = example.description();
      assertTrue(description.matches("[A-Z].*[.]"), description);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"4", "04", "call-soon", "Call-Soon", "E04CallSoon"})
  void isFoundByNumberNameOrClass(String name) {
    assertEquals("call-soon", Examples.find(name).name());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      lok    | there is no example 'lok'; did you mean lock?
      call-  | there is no example 'call-'; did you mean call-soon, call-later, call-at?
      queues | there is no example 'queues'; did you mean queue?
      Hallo  | there is no example 'Hallo'; did you mean hello?
      99     | there is no example '99'
      ``     | there is no example ''
      """)
  void anUnknownNameIsAnsweredWithThoseLikeIt(String name, String message) {
    assertEquals(
        message,
        assertThrows(NoSuchElementException.class, () -> Examples.find(name)).getMessage());
  }
}
