// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.spi.Availability;
import dev.culebra.spi.Backend;
import dev.culebra.spi.Poller;
import java.io.IOException;

/** Backends for the service loader to find, of all the kinds that there may be. */
class StubBackend implements Backend {

  private final String name;
  private final int preference;
  private final Availability availability;

  StubBackend(String name, int preference, Availability availability) {
    this.name = name;
    this.preference = preference;
    this.availability = availability;
  }

  /** Works. */
  public static final class Plain extends StubBackend {
    /** Called by the service loader. */
    public Plain() {
      super("plain", 0, Availability.yes("always"));
    }
  }

  /** Works, and is preferred. */
  public static final class Better extends StubBackend {
    /** Called by the service loader. */
    public Better() {
      super("better", 10, Availability.yes("always"));
    }
  }

  /** Is preferred even more, but does not work here. */
  public static final class Unavailable extends StubBackend {
    /** Called by the service loader. */
    public Unavailable() {
      super("unavailable", 20, Availability.no("it needs a flag that is missing"));
    }
  }

  /** Fails even at telling whether it works. */
  public static final class Failing extends StubBackend {
    /** Called by the service loader. */
    public Failing() {
      super("failing", 30, Availability.yes("not at all"));
    }

    @Override
    public Availability availability() {
      throw new UnsatisfiedLinkError("planted");
    }
  }

  /** Cannot be made. */
  public static final class Unloadable extends StubBackend {
    /** Called by the service loader. */
    public Unloadable() {
      super("unloadable", 40, Availability.yes("not at all"));
      throw new IllegalStateException("planted");
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int preference() {
    return preference;
  }

  @Override
  public Availability availability() {
    return availability;
  }

  @Override
  public boolean waitsOnVirtualThreads() {
    return true;
  }

  @Override
  public Poller openPoller() throws IOException {
    throw new IOException("planted: no poller");
  }
}
