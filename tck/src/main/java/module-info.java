// SPDX-License-Identifier: Apache-2.0
/** The contract that every backend keeps, as tests. */
module dev.culebra.tck {
  requires transitive dev.culebra;
  requires dev.culebra.test;
  requires transitive org.junit.jupiter.api;
  requires java.logging;
  requires java.management;
  requires java.net.http;
  requires jdk.management;
  requires static org.jspecify;

  exports dev.culebra.tck;

  opens dev.culebra.tck to
      org.junit.platform.commons;
}
