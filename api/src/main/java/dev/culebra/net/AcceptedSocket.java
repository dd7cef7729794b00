// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection that was accepted: what {@link LowLevelLoop#sockAccept} returns.
 *
 * @param socket the connection, which the caller closes
 * @param address the peer's address, null if it has none
 */
public record AcceptedSocket(AsyncSocket socket, @Nullable SocketAddress address) {}
