// SPDX-License-Identifier: Apache-2.0
/** The commands behind {@code ./culebra}. */
@SuppressWarnings("requires-automatic") // HdrHistogram has no module descriptor
module dev.culebra.cli {
  requires HdrHistogram;
  requires com.google.gson;
  requires dev.culebra;
  requires dev.culebra.test; // for its self-signed certificates
  requires info.picocli;
  requires java.management;
  requires java.net.http;
  requires jdk.unsupported; // without it the loop has no signals
  requires static dev.culebra.examples; // the script adds them
  requires static org.jspecify;

  opens dev.culebra.cli to
      info.picocli;
}
