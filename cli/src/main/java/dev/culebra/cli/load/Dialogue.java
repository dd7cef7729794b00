// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli.load;

import java.nio.ByteBuffer;

/** Says what one connection sends and what must come back. */
public interface Dialogue {

  /**
   * The next request.
   *
   * @return the bytes to send, from the buffer's position to its limit; the caller moves the position
   */
  ByteBuffer nextRequest();

  /**
   * The answer that the last request must get.
   *
   * @return the bytes, from the buffer's position to its limit; the caller moves the position
   */
  ByteBuffer expectedAnswer();
}
