// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A server that takes part.
 *
 * @param name what it is called on the command line and in the results
 * @param kinds what it serves
 * @param missing why it cannot run here; gives null if it can
 * @param command starts it, to serve something somewhere
 * @param environment variables that it is given
 */
record Contestant(
    String name,
    Set<Kind> kinds,
    Supplier<@Nullable String> missing,
    BiFunction<Kind, Site, List<String>> command,
    Map<String, String> environment) {

  boolean serves(Kind kind) {
    return kinds.contains(kind.served());
  }
}
