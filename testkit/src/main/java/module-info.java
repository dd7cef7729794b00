// SPDX-License-Identifier: Apache-2.0
/** Tests code that runs on a loop: {@link dev.culebra.test.AsyncTest} is where to start. */
@SuppressWarnings("module") // the TCK is built after this module
module dev.culebra.test {
  requires transitive dev.culebra;
  requires static org.junit.jupiter.api; // not transitive: who needs no JUnit compiles without it
  requires static transitive org.jspecify;
  requires java.management;
  requires jdk.management;

  exports dev.culebra.test;
  exports dev.culebra.test.internal to
      dev.culebra.tck;
}
