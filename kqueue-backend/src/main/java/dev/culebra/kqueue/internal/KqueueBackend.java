// SPDX-License-Identifier: Apache-2.0
package dev.culebra.kqueue.internal;

import dev.culebra.posix.Link;
import dev.culebra.spi.Availability;
import dev.culebra.spi.Backend;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens pollers that stand on kqueue; runs on macOS, and on Linux with a library that has it. */
public final class KqueueBackend implements Backend {

  private static final String[] SYMBOLS = {"kqueue", "kevent"};

  /** Values of the system property {@code os.arch}. */
  private static final Set<String> ARCHITECTURES = Set.of("amd64", "x86_64", "aarch64");

  /** Called by {@link java.util.ServiceLoader}. */
  public KqueueBackend() {}

  @Override
  public String name() {
    return "kqueue";
  }

  /** With a library it is for tests: whoever wants it names it. */
  @Override
  public int preference() {
    return isDarwin(System.getProperty("os.name")) ? 100 : -1;
  }

  @Override
  public Availability availability() {
    return availability(
        System.getProperty("os.name"), System.getProperty("os.arch"), Kqueue.libraryName());
  }

  /** Looks symbols up, but binds none. */
  static Availability availability(String system, String architecture, @Nullable String library) {
    if (system.equals("Linux") && library == null) {
      return Availability.no("kqueue is that of macOS and FreeBSD; this is Linux; for tests name a"
          + " libkqueue by -Dculebra.kqueue.library=/path/to/libkqueue.so");
    }
    if (!isDarwin(system) && !system.equals("Linux")) {
      return Availability.no("the kqueue that is bound here is that of macOS; this is " + system);
    }
    if (!ARCHITECTURES.contains(architecture)) {
      return Availability.no(
          "no struct kevent for " + architecture + ", only for x86-64 and arm64");
    }
    String denial = Link.denial();
    if (denial != null) {
      return Availability.no(denial);
    }
    SymbolLookup lookup;
    try {
      lookup = library == null ? Link.C : Link.library(Path.of(library));
    } catch (IllegalArgumentException e) {
      return Availability.no("culebra.kqueue.library: " + library + " cannot be loaded");
    }
    for (String symbol : SYMBOLS) {
      if (lookup.find(symbol).isEmpty()) {
        return Availability.no((library == null ? "the C library" : library) + " has no " + symbol);
      }
    }
    return Availability.yes(library == null ? "kevent" : "kevent of " + library);
  }

  static boolean isDarwin(String system) {
    return system.equals("Mac OS X");
  }

  @Override
  public boolean waitsOnVirtualThreads() {
    return true;
  }

  @Override
  public Poller openPoller() throws IOException {
    Availability availability = availability();
    if (!availability.available()) {
      throw new UnsupportedOperationException(availability.reason());
    }
    return KqueuePoller.open();
  }
}
