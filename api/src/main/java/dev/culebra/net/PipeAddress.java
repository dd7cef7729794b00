// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import java.net.SocketAddress;
import java.util.Objects;

/**
 * Names the pipe at whose end a transport is: its {@link BaseTransport#localAddress} ({@code
 * get_extra_info("pipe")}).
 */
public final class PipeAddress extends SocketAddress {

  private static final long serialVersionUID = 1L;

  private final String name;

  /**
   * Makes an address of a name.
   *
   * @param name the path of a FIFO, the number of a descriptor, or what a channel says of itself
   */
  public PipeAddress(String name) {
    this.name = Objects.requireNonNull(name, "name");
  }

  /**
   * The name.
   *
   * @return a path, a number or a description
   */
  public String name() {
    return name;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PipeAddress address && name.equals(address.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return "pipe:" + name;
  }
}
