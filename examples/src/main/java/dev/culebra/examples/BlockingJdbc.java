// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.gather;
import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.toThread;

import dev.culebra.Task;
import dev.culebra.TaskMode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Queries a database in blocking style, from tasks, while the loop goes on. */
class BlockingJdbc {
  static final String URL = "jdbc:h2:mem:fruit";

  static void main() throws Exception {
    try (Connection connection = DriverManager.getConnection(URL);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ALIAS SLEEP FOR 'java.lang.Thread.sleep(long)'");
      statement.execute("CREATE TABLE fruit (name VARCHAR, colour VARCHAR)");
      statement.execute("INSERT INTO fruit VALUES ('fig', 'violet'), ('lemon', 'yellow')");
      run(() -> {
        Task<?> ticking = createTask(BlockingJdbc::tick);
        print("asks");
        gather(() -> ask("fig"), () -> ask("lemon")).await().forEach(BlockingJdbc::print);
        ticking.cancel();
      });
    }
  }

  /** Where a task that blocks would hold the loop up, a thread blocks in its stead. */
  static String ask(String name) throws Exception {
    return getRunningLoop().taskMode() == TaskMode.CARRIED
        ? query(name)
        : toThread(() -> query(name));
  }

  static String query(String name) throws SQLException {
    String slowly = "SELECT colour, SLEEP(2500) FROM fruit WHERE name = ?";
    try (Connection connection = DriverManager.getConnection(URL);
        PreparedStatement statement = connection.prepareStatement(slowly)) {
      statement.setString(1, name);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return name + " is " + rows.getString("colour");
      }
    }
  }

  static void tick() {
    while (true) {
      sleep(Duration.ofSeconds(1));
      print("tick");
    }
  }

  static final long START = System.nanoTime();

  static void print(String line) {
    IO.println("T+" + Duration.ofNanos(System.nanoTime() - START).toMillis() / 1e3 + " " + line);
  }
}
