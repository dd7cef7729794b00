// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the tables of docs/from-asyncio.md that begin with {@code | asyncio | Culebra |}.
 *
 * <p>In the first column stand names of asyncio, in the second either names of Java, or "planned: " and
 * an area and perhaps the name to be, or "none: " and a reason. What is in backquotes is a name.
 */
final class NameTable {

  private static final Pattern NAME = Pattern.compile("`([^`]+)`");

  private NameTable() {}

  record Row(String asyncio, String culebra) {

    /** With {@code AbstractEventLoop} for {@code loop}. */
    List<String> asyncioNames() {
      return names(asyncio).stream()
          .map(name -> name.replaceFirst("^loop[.]", "AbstractEventLoop."))
          .toList();
    }

    List<String> javaNames() {
      return names(culebra);
    }

    boolean isThere() {
      return culebra.startsWith("`");
    }

    boolean isPlanned() {
      return culebra.startsWith("planned: ");
    }

    boolean isNone() {
      return culebra.startsWith("none: ");
    }

    private static List<String> names(String cell) {
      return NAME.matcher(cell).results().map(name -> name.group(1)).toList();
    }
  }

  static List<Row> read() throws IOException {
    List<Row> rows = new ArrayList<>();
    boolean inTable = false;
    Matcher cells = Pattern.compile("[|] (.*?) [|] (.*?) [|].*").matcher("");
    for (String line : Files.readAllLines(Path.of("..", "docs", "from-asyncio.md"))) {
      if (!line.startsWith("|")) {
        inTable = false;
      } else if (line.startsWith("| asyncio | Culebra |")) {
        inTable = true;
      } else if (inTable && cells.reset(line).matches()) {
        rows.add(new Row(cells.group(1), cells.group(2)));
      }
    }
    return rows;
  }
}
