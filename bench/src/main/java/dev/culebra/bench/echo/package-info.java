// SPDX-License-Identifier: Apache-2.0
/**
 * Compares whole echo servers, Culebra's and others', by what a request costs them: {@code ./culebra bench echo}.
 *
 * <p>The servers are processes of their own and take turns under the same load, so that what disturbs the machine
 * disturbs all of them.
 */
@NullMarked
package dev.culebra.bench.echo;

import org.jspecify.annotations.NullMarked;
