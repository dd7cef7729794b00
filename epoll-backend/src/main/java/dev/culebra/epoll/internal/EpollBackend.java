// SPDX-License-Identifier: Apache-2.0
package dev.culebra.epoll.internal;

import dev.culebra.posix.Link;
import dev.culebra.spi.Availability;
import dev.culebra.spi.Backend;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.util.Set;

/** Opens pollers that stand on epoll; runs on Linux, on x86-64 and aarch64. */
public final class EpollBackend implements Backend {

  private static final String[] SYMBOLS = {
    "epoll_create1", "epoll_ctl", "epoll_wait", "eventfd", "accept4"
  };

  /** Values of the system property {@code os.arch}. */
  private static final Set<String> ARCHITECTURES = Set.of("amd64", "x86_64", "aarch64");

  /** Called by {@link java.util.ServiceLoader}. */
  public EpollBackend() {}

  @Override
  public String name() {
    return "epoll";
  }

  @Override
  public int preference() {
    return 100;
  }

  @Override
  public Availability availability() {
    return availability(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  /** Looks symbols up, but binds none. Nothing of {@link Epoll} is touched before it says yes. */
  static Availability availability(String system, String architecture) {
    if (!system.equals("Linux")) {
      return Availability.no("epoll is Linux's; this is " + system);
    }
    if (!ARCHITECTURES.contains(architecture)) {
      return Availability.no(
          "no struct epoll_event for " + architecture + ", only for x86-64 and aarch64");
    }
    String denial = Link.denial();
    if (denial != null) {
      return Availability.no(denial);
    }
    for (String symbol : SYMBOLS) {
      if (!Link.has(symbol)) {
        return Availability.no("the C library has no " + symbol);
      }
    }
    return Availability.yes(
        Link.has("epoll_pwait2") ? "epoll_pwait2" : "epoll_wait, timeouts in milliseconds");
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
    return EpollPoller.open(Link.has("epoll_pwait2"));
  }
}
