// SPDX-License-Identifier: Apache-2.0
/** JCStress tests of the loop's protocols, in its package since the classes are not public. */
@org.jspecify.annotations.NullMarked
package dev.culebra.internal.loop;
