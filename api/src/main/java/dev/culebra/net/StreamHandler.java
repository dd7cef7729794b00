// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

/** Serves one connection in blocking style, as a task of its own. */
@FunctionalInterface
public interface StreamHandler {

  /**
   * Serves a connection. It is the handler's to close the writer.
   *
   * @param reader what to receive with
   * @param writer what to send with
   * @throws Exception if it does, the exception handler is told and the connection is closed
   */
  void connected(StreamReader reader, StreamWriter writer) throws Exception;
}
