// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Checks that what is chosen for a system is the same thing as on the other one. The half that is not of
 * the running system is never read, so this reads the source: a slip of the pen would show on a Mac only.
 */
class BothSystemsTest {

  private static final Path SOURCES =
      GeneratedBindings.BASE.resolve("src/main/java/dev/culebra/posix");

  /** What has another name on Darwin, or is not there. */
  private static final Map<String, String> OTHERWISE_ON_DARWIN = Map.of(
      "SO_LINGER", "SO_LINGER_SEC",
      "IPV6_ADD_MEMBERSHIP", "IPV6_JOIN_GROUP",
      "IPV6_DROP_MEMBERSHIP", "IPV6_LEAVE_GROUP",
      "TCP_KEEPIDLE", "TCP_KEEPALIVE");

  @Test
  void aConstantIsTheOneOfItsNameOnBothSystems() throws Exception {
    Map<String, String> expected = new TreeMap<>();
    Map<String, String> found = new TreeMap<>();
    Matcher choice =
        choices("Constants.java", "static final int (\\w+) = DARWIN \\? (.+?) : (.+?);");
    while (choice.find()) {
      String name = choice.group(1);
      String darwin = "darwin_h." + OTHERWISE_ON_DARWIN.getOrDefault(name, name) + "()";
      expected.put(name, darwin + " : linux_h." + name + "()");
      found.put(name, choice.group(2) + " : " + choice.group(3));
    }
    expected.put("MSG_NOSIGNAL", "0 : linux_h.MSG_NOSIGNAL()");
    expected.put("POSIX_SPAWN_CLOEXEC_DEFAULT", "darwin_h.POSIX_SPAWN_CLOEXEC_DEFAULT() : 0");
    expected.put("MIN_BUFFER_BYTES", "1 : 0");
    expected.put("MAX_LINGER_SECONDS", "Short.MAX_VALUE / 100 : 65_535");
    assertEquals(expected, found);
    assertTrue(found.size() > 60, "only " + found.size());
    assertEquals(found.size(), Constants.class.getDeclaredFields().length - 1); // and DARWIN itself
  }

  @Test
  void aLayoutIsTheOneOfItsNameOnBothSystems() throws Exception {
    Map<String, String> darwin = new TreeMap<>();
    Map<String, String> linux = new TreeMap<>();
    Matcher choice = choices(
        "Layouts.java",
        "static final (?:int|long) (\\w+) = (?:\\(int\\) \\()?DARWIN"
            + " \\? dev\\.culebra\\.posix\\.darwin\\.([\\w.$]+\\(\\))"
            + " : dev\\.culebra\\.posix\\.linux\\.([\\w.$]+\\(\\))");
    while (choice.find()) {
      String name = choice.group(1);
      darwin.put(name, choice.group(2));
      linux.put(name, choice.group(3));
      String member = choice.group(2).replaceAll("^.*\\.|\\$offset|\\(\\)", "");
      String struct = choice.group(2).replaceAll("\\..*$", "");
      assertEquals(
          name, (member.equals("sizeof") ? struct + "_BYTES" : member).toUpperCase(Locale.ROOT));
    }
    assertEquals(linux, darwin);
    assertEquals(darwin.size(), Layouts.class.getDeclaredFields().length - 1);
  }

  private static Matcher choices(String file, String pattern) throws IOException {
    String source = Files.readString(SOURCES.resolve(file)).replaceAll("\\s+", " ");
    return Pattern.compile(pattern).matcher(source);
  }
}
