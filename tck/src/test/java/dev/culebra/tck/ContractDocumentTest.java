// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract's document, its list in the SPI and its tests say the same. */
class ContractDocumentTest {

  private static final Path PROJECT = Path.of("..");
  private static final Path DOCUMENT = PROJECT.resolve("docs/backend-contract.md");
  private static final Path LIST =
      PROJECT.resolve("api/src/main/java/dev/culebra/spi/package-info.java");

  private static final Pattern SECTION = Pattern.compile("(?ms)^## (\\d+)\\..*?(?=^## |\\z)");
  private static final Pattern PROOF = Pattern.compile("(?s)\\*\\*Proved by\\*\\*.*");
  private static final Pattern TEST_NAME = Pattern.compile("`([a-z]+[A-Z]\\w+)`");

  @Test
  void everyTestIsNamedUnderItsRule() throws IOException {
    Map<Integer, Set<String>> named = new TreeMap<>();
    Matcher section = SECTION.matcher(Files.readString(DOCUMENT));
    while (section.find()) {
      Matcher proof = PROOF.matcher(section.group());
      Set<String> names =
          named.computeIfAbsent(Integer.valueOf(section.group(1)), rule -> new TreeSet<>());
      if (proof.find()) {
        TEST_NAME.matcher(proof.group()).results().forEach(name -> names.add(name.group(1)));
      }
    }
    assertEquals(testsByRule(), named);
  }

  @Test
  void theListOfTheSpiHasAsManyRules() throws IOException {
    long items =
        Pattern.compile("<li>").matcher(Files.readString(LIST)).results().count();
    assertEquals(items, testsByRule().size());
  }

  private static Map<Integer, Set<String>> testsByRule() {
    Map<Integer, Set<String>> tests = new TreeMap<>();
    for (Class<?> nested : BackendTck.class.getDeclaredClasses()) {
      if (nested.isAnnotationPresent(Nested.class)) {
        for (Method method : nested.getSuperclass().getDeclaredMethods()) {
          if (method.isAnnotationPresent(Test.class)) {
            Rule rule = method.getAnnotation(Rule.class);
            assertNotNull(rule, () -> method + " bears no rule");
            for (int number : rule.value()) {
              tests.computeIfAbsent(number, key -> new TreeSet<>()).add(method.getName());
            }
          }
        }
      }
    }
    return tests;
  }
}
