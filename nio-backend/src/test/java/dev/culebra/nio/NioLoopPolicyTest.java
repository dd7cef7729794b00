// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.spi.Backend;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** The backend is found, and chosen by its policy. */
class NioLoopPolicyTest {

  @Test
  void theServiceLoaderFindsTheBackend() {
    assertTrue(ServiceLoader.load(Backend.class).stream()
        .anyMatch(provider -> provider.get().name().equals("nio")));
  }

  @Test
  void thePolicyChoosesTheBackend() {
    Backend backend = new NioLoopPolicy().backend();
    assertEquals("nio", backend.name());
    assertEquals(0, backend.preference());
    assertTrue(backend.availability().available());
  }
}
