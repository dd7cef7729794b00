// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** Says how all benchmarks are measured: nanoseconds for each operation, in JVMs like {@code ./culebra}'s. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 3,
    jvmArgsAppend = {Measured.OPENS, Measured.NATIVE, Measured.COLLECTOR})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class Measured {

  /** How many operations one run of a loop does, so that starting and stopping it does not count. */
  public static final int BATCH = 10_000;

  public static final String OPENS = "--add-opens=java.base/java.lang=ALL-UNNAMED";
  public static final String NATIVE = "--enable-native-access=ALL-UNNAMED";
  public static final String COLLECTOR = "-XX:+UseSerialGC";
}
