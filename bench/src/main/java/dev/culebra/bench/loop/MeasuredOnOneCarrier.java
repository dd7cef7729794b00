// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.loop;

import dev.culebra.bench.Measured;
import org.openjdk.jmh.annotations.Fork;

/** Has the JDK's virtual threads share one processor, as a loop's tasks do. */
@Fork(
    value = 3,
    jvmArgsAppend = {
      Measured.OPENS,
      Measured.NATIVE,
      Measured.COLLECTOR,
      "-Djdk.virtualThreadScheduler.parallelism=1"
    })
abstract class MeasuredOnOneCarrier extends Measured {}
