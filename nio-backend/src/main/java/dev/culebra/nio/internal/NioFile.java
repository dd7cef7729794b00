// SPDX-License-Identifier: Apache-2.0
package dev.culebra.nio.internal;

import dev.culebra.spi.FileSource;
import java.nio.channels.FileChannel;

/**
 * Lends a channel to the sockets that send its file.
 *
 * @param poller whose sockets those are
 * @param channel the channel, which its owner closes
 */
record NioFile(NioPoller poller, FileChannel channel) implements FileSource {

  @Override
  public void close() {}
}
