// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.loop;

import dev.culebra.BackendUnavailableException;
import dev.culebra.LoopPolicy;
import dev.culebra.spi.AnyThread;
import dev.culebra.spi.Availability;
import dev.culebra.spi.Backend;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the backends there are and chooses the one that new loops run on. */
@AnyThread
public final class Backends {

  private static final System.Logger LOG = System.getLogger("dev.culebra");
  private static final String PROPERTY = "culebra.backend";

  private static volatile @Nullable LoopPolicy explicitPolicy;

  private Backends() {}

  public static void setPolicy(@Nullable LoopPolicy policy) {
    explicitPolicy = policy;
  }

  public static LoopPolicy policy() {
    LoopPolicy policy = explicitPolicy;
    if (policy != null) {
      return policy;
    }
    String name = System.getProperty(PROPERTY);
    return name != null && !name.isBlank() ? named(name.strip()) : best();
  }

  public static LoopPolicy named(String name) {
    for (Backend backend : found()) {
      if (backend.name().equals(name)) {
        requireAvailable(backend);
        return () -> backend;
      }
    }
    throw new BackendUnavailableException("there is no backend '" + name + "'; " + describe());
  }

  public static Map<String, Availability> available() {
    Map<String, Availability> all = new LinkedHashMap<>();
    for (Backend backend : found()) {
      all.put(backend.name(), availabilityOf(backend));
    }
    return all;
  }

  static void requireAvailable(Backend backend) {
    Availability availability = availabilityOf(backend);
    if (!availability.available()) {
      throw new BackendUnavailableException("the backend '"
          + backend.name()
          + "' cannot run here: "
          + availability.reason()
          + "; "
          + describe());
    }
  }

  private static LoopPolicy best() {
    for (Backend backend : found()) {
      if (availabilityOf(backend).available()) {
        return () -> backend;
      }
    }
    throw new BackendUnavailableException("no backend can run here; " + describe());
  }

  /** All backends, the preferred ones first; one that cannot even be loaded is passed over. */
  private static List<Backend> found() {
    List<Backend> backends = new ArrayList<>();
    Iterator<Backend> providers =
        ServiceLoader.load(Backend.class, Backend.class.getClassLoader()).iterator();
    boolean more = true;
    while (more) {
      try {
        more = providers.hasNext();
        if (more) {
          backends.add(providers.next());
        }
      } catch (ServiceConfigurationError | LinkageError e) {
        LOG.log(System.Logger.Level.WARNING, "passing over a backend", e);
      }
    }
    backends.sort(Comparator.comparingInt(Backend::preference).reversed());
    return backends;
  }

  /** A backend that fails at telling whether it can run cannot. */
  private static Availability availabilityOf(Backend backend) {
    try {
      return backend.availability();
    } catch (RuntimeException | LinkageError e) {
      return Availability.no("it failed with " + e);
    }
  }

  private static String describe() {
    Map<String, Availability> all = available();
    if (all.isEmpty()) {
      return "none is on the class path or module path: add culebra-nio-backend";
    }
    return "there are: "
        + all.entrySet().stream()
            .map(e -> e.getKey()
                + (e.getValue().available() ? "" : " (not here: " + e.getValue().reason() + ")"))
            .collect(Collectors.joining(", "));
  }
}
