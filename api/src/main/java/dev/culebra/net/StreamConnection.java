// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

/**
 * The reader and the writer of a connection: what {@link dev.culebra.Asyncio#openConnection} returns.
 *
 * @param reader what to receive with
 * @param writer what to send with
 */
public record StreamConnection(StreamReader reader, StreamWriter writer) implements AutoCloseable {

  /** Closes the connection, once what was written is sent. Idempotent; returns at once. */
  @Override
  public void close() {
    writer.close();
  }
}
