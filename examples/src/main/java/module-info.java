// SPDX-License-Identifier: Apache-2.0
/** Small programs that show one thing each. */
@SuppressWarnings("module") // whoever runs them by name is compiled later
module dev.culebra.examples {
  requires dev.culebra;
  requires java.net.http;
  requires java.sql;
  requires jdk.unsupported; // without it the loop has no signals
  requires org.java_websocket;
  requires static org.jspecify;

  exports dev.culebra.examples to
      dev.culebra.cli;
}
