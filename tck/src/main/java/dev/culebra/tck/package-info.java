// SPDX-License-Identifier: Apache-2.0
/**
 * Proves that a backend keeps the contract of {@link dev.culebra.spi}, and that the loop keeps its own
 * on that backend.
 *
 * <p>A backend's module has three test classes, such as:
 *
 * <pre>{@code
 * class EpollBackendTest extends BackendTck {
 *   @Override
 *   protected Backend backend() {
 *     return new EpollBackend();
 *   }
 * }
 * }</pre>
 *
 * <p>Two others extend {@link dev.culebra.tck.LoopTck} and {@link dev.culebra.tck.NetworkTck} in the
 * same way.
 *
 * <p>Each test is named after what it proves. One of the backend contract bears the number of the
 * {@link dev.culebra.tck.Rule} it belongs to; {@code docs/backend-contract.md} lists rules and tests
 * together.
 */
@NullMarked
package dev.culebra.tck;

import org.jspecify.annotations.NullMarked;
