// SPDX-License-Identifier: Apache-2.0
/** The portable backend: a {@link java.nio.channels.Selector} and its channels. */
module dev.culebra.nio {
  requires transitive dev.culebra;
  requires static org.jspecify;

  exports dev.culebra.nio;

  provides dev.culebra.spi.Backend with
      dev.culebra.nio.internal.NioBackend;
}
