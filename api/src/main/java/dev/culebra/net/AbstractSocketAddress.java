// SPDX-License-Identifier: Apache-2.0
package dev.culebra.net;

import java.net.SocketAddress;
import java.util.Objects;

/**
 * Names a Unix socket in Linux's abstract namespace, where there is no file to it: see unix(7). Only
 * the epoll backend knows these.
 */
public final class AbstractSocketAddress extends SocketAddress {

  private static final long serialVersionUID = 1L;

  private final String name;

  /**
   * Makes an address of a name.
   *
   * @param name the name, without the zero byte before it; not empty
   * @throws IllegalArgumentException if it is empty
   */
  public AbstractSocketAddress(String name) {
    this.name = Objects.requireNonNull(name, "name");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("the name of an abstract socket must not be empty");
    }
  }

  /**
   * The name.
   *
   * @return the name, without the zero byte before it
   */
  public String name() {
    return name;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AbstractSocketAddress address && name.equals(address.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  /** As {@code ss} and {@code netstat} print it. */
  @Override
  public String toString() {
    return "@" + name;
  }
}
