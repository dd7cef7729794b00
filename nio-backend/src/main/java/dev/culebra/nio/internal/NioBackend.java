// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio.internal;

import dev.culebra.spi.Availability;
import dev.culebra.spi.Backend;
import dev.culebra.spi.Poller;
import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;

/** Opens pollers that stand on {@link Selector}; runs on every system that has a JDK. */
public final class NioBackend implements Backend {

  /** Called by {@link java.util.ServiceLoader}. */
  public NioBackend() {}

  @Override
  public String name() {
    return "nio";
  }

  @Override
  public int preference() {
    return 0;
  }

  @Override
  public Availability availability() {
    return Availability.yes(SelectorProvider.provider().getClass().getSimpleName());
  }

  @Override
  public boolean waitsOnVirtualThreads() {
    return false;
  }

  @Override
  public Poller openPoller() throws IOException {
    return new NioPoller(Selector.open());
  }
}
