// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.culebra.BackendUnavailableException;
import dev.culebra.EventLoop;
import dev.culebra.LoopPolicy;
import dev.culebra.TaskMode;
import dev.culebra.spi.Availability;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells what Culebra finds here. */
@Command(
    name = "info",
    description = "Tells which backends can run here, which is chosen, and how tasks get to run.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class InfoCommand implements Runnable {

  @Option(names = "--json", description = "For programs.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /** What new loops would be like; if there can be none, why not. */
  private record Choice(@Nullable String backend, @Nullable TaskMode taskMode, String reason) {}

  @Override
  public void run() {
    Choice choice = choose();
    Map<String, Availability> backends = LoopPolicy.available();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new GsonBuilder()
          .setPrettyPrinting()
          .serializeNulls()
          .disableHtmlEscaping()
          .create()
          .toJson(asJson(choice, backends)));
    } else {
      print(out, choice, backends);
    }
    out.flush();
  }

  private static Choice choose() {
    try (EventLoop loop = LoopPolicy.get().newEventLoop()) {
      return new Choice(loop.backend(), loop.taskMode(), reason(loop.taskMode()));
    } catch (BackendUnavailableException e) {
      return new Choice(null, null, String.valueOf(e.getMessage()));
    }
  }

  private static String reason(TaskMode mode) {
    String wanted = System.getProperty("culebra.tasks", "auto");
    if (mode == TaskMode.CARRIED) {
      return "the loop's own thread runs them";
    }
    if (wanted.equals("baton")) {
      return "-Dculebra.tasks=baton asks for it";
    }
    Module culebra = EventLoop.class.getModule();
    return Object.class.getModule().isOpen("java.lang", culebra)
        ? "this JDK does not let a program schedule virtual threads the way it is known to"
        : "the JVM flag --add-opens java.base/java.lang="
            + (culebra.isNamed() ? culebra.getName() : "ALL-UNNAMED") + " is missing";
  }

  private static JsonObject asJson(Choice choice, Map<String, Availability> backends) {
    JsonObject jdk = new JsonObject();
    jdk.addProperty("version", System.getProperty("java.runtime.version"));
    jdk.addProperty("vendor", System.getProperty("java.vendor"));
    jdk.addProperty("vm", System.getProperty("java.vm.name"));
    jdk.addProperty("home", System.getProperty("java.home"));
    JsonObject os = new JsonObject();
    os.addProperty("name", System.getProperty("os.name"));
    os.addProperty("version", System.getProperty("os.version"));
    os.addProperty("arch", System.getProperty("os.arch"));
    os.addProperty("processors", Runtime.getRuntime().availableProcessors());
    JsonArray list = new JsonArray();
    backends.forEach((name, availability) -> {
      JsonObject backend = new JsonObject();
      backend.addProperty("name", name);
      backend.addProperty("available", availability.available());
      backend.addProperty("reason", availability.reason());
      backend.addProperty("chosen", name.equals(choice.backend));
      list.add(backend);
    });
    JsonObject all = new JsonObject();
    all.addProperty("version", Culebra.Version.version());
    all.add("jdk", jdk);
    all.add("os", os);
    all.addProperty("taskMode", name(choice.taskMode));
    all.addProperty("taskModeReason", choice.reason);
    all.addProperty("backend", choice.backend);
    all.add("backends", list);
    return all;
  }

  private static @Nullable String name(@Nullable TaskMode mode) {
    return mode == null ? null : mode.name().toLowerCase(Locale.ROOT);
  }

  private static void print(PrintWriter out, Choice choice, Map<String, Availability> backends) {
    out.println("Culebra " + Culebra.Version.version());
    out.printf(
        "  JDK       %s, %s%n",
        System.getProperty("java.runtime.version"), System.getProperty("java.vendor"));
    out.printf(
        "  OS        %s %s on %s, %d processors%n",
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
    String mode = name(choice.taskMode);
    out.printf("  tasks     %s: %s%n", mode == null ? "none" : mode, choice.reason);
    out.println("  backends");
    backends.forEach((name, availability) -> out.printf(
        "    %-8s%s: %s%s%n",
        name,
        availability.available() ? "available" : "not here",
        availability.reason(),
        name.equals(choice.backend) ? " (chosen)" : ""));
  }
}
