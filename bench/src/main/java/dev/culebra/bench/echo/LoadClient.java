// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Loads a server for one turn, by a process of its own that checks every byte and reads the server's CPU time where
 * the measured part begins and ends.
 */
final class LoadClient {

  private static final long MORE_SECONDS = 60;

  private final Tools tools;
  private final Children children;

  LoadClient(Tools tools, Children children) {
    this.tools = tools;
    this.children = children;
  }

  /** Says why a kind of load cannot be made here; null if it can. */
  @Nullable String missing(Kind kind) {
    return kind == Kind.ACCEPT ? tools.compile("echoload") : null;
  }

  /** Which client loads with a kind. */
  String name(Kind kind) {
    return isInC(kind) ? "echoload.c" : "culebra load";
  }

  /** The one in C costs the machine less, which matters to who shares it. */
  private boolean isInC(Kind kind) {
    return kind != Kind.TLS && kind != Kind.UDP && tools.compile("echoload") == null;
  }

  /**
   * Has a turn.
   *
   * @param server under load
   * @param load the load
   * @param warmup seconds before the measured part
   * @param measured seconds of it
   * @return what came out
   */
  Turn run(RunningServer server, Load load, double warmup, double measured) throws IOException {
    boolean inC = isInC(load.kind());
    List<String> command =
        inC ? inC(server, load, warmup, measured) : culebraLoad(server, load, warmup, measured);
    String output = outputOf(command, server, load, warmup + measured);
    return inC ? parseWords(output) : parseJson(output);
  }

  private List<String> inC(RunningServer server, Load load, double warmup, double measured) {
    List<String> command = new ArrayList<>();
    command.add(tools.program("echoload").toString());
    if (load.kind() == Kind.ACCEPT) {
      command.add("accept");
    }
    command.add(load.kind() == Kind.UNIX ? server.site().socket().toString() : server.port());
    command.add(Integer.toString(load.connections()));
    command.add(Integer.toString(load.bytes()));
    command.add(Double.toString(warmup));
    command.add(Double.toString(measured));
    command.add(Long.toString(server.pid()));
    return command;
  }

  private List<String> culebraLoad(
      RunningServer server, Load load, double warmup, double measured) {
    List<String> command = tools.culebra(
        "load",
        "--json",
        "--connections=" + load.connections(),
        "--size=" + load.bytes(),
        "--warmup=" + warmup,
        "--seconds=" + measured,
        "--cpu-of=" + server.pid());
    command.add(
        load.kind() == Kind.UNIX ? "--unix=" + server.site().socket() : "--port=" + server.port());
    switch (load.kind()) {
      case TLS -> command.addAll(List.of("--tls", "--cacert=" + server.site().certificate()));
      case UDP -> command.add("--udp");
      default -> {}
    }
    return command;
  }

  private String outputOf(List<String> command, RunningServer server, Load load, double seconds)
      throws IOException {
    Path out = children.scratch().resolve("load.out");
    Path err = children.scratch().resolve("load.err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().remove("CULEBRA_JAVA_OPTS"); // for servers
    Process client = children.start(builder);
    try {
      boolean ended = client.waitFor((long) Math.ceil(seconds) + MORE_SECONDS, TimeUnit.SECONDS);
      if (!ended || client.exitValue() != 0) {
        throw Failure.failed(server.name() + " failed at " + load + ": "
            + (ended
                ? Files.readString(err, StandardCharsets.UTF_8).strip()
                : "the load does not end")
            + "; of the server, " + server.complaint());
      }
      return Files.readString(out, StandardCharsets.UTF_8);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      client.destroyForcibly();
    }
  }

  private static Turn parseWords(String line) {
    return new Turn(
        word(line, "cpu"),
        word(line, "user"),
        word(line, "rps"),
        word(line, "p50"),
        word(line, "p99"),
        0);
  }

  private static double word(String line, String name) {
    Matcher matcher = Pattern.compile("\\b" + name + "=([0-9.]+)").matcher(line);
    if (!matcher.find()) {
      throw Failure.failed("echoload does not tell " + name + ": " + line.strip());
    }
    return Double.parseDouble(matcher.group(1));
  }

  private static Turn parseJson(String text) {
    JsonObject all = JsonParser.parseString(text).getAsJsonObject();
    JsonObject micros = all.getAsJsonObject("micros");
    JsonElement user = micros.get("user");
    JsonElement lost = all.get("lost");
    return new Turn(
        micros.get("cpu").getAsDouble(),
        user == null ? Double.NaN : user.getAsDouble(),
        all.get("requestsPerSecond").getAsDouble(),
        micros.get("p50").getAsDouble(),
        micros.get("p99").getAsDouble(),
        lost == null ? 0 : lost.getAsLong());
  }
}
