// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import dev.culebra.spi.StreamSocket;

/**
 * Is a connected pair.
 *
 * @param socket the tested backend's end
 * @param peer the other end
 */
record Connection(StreamSocket socket, Peer peer) {}
