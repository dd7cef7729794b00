// SPDX-License-Identifier: Apache-2.0
/** The macOS backend: kqueue through the Foreign Function and Memory API. */
module dev.culebra.kqueue {
  requires transitive dev.culebra;
  requires dev.culebra.posix;
  requires static org.jspecify;

  exports dev.culebra.kqueue;

  provides dev.culebra.spi.Backend with
      dev.culebra.kqueue.internal.KqueueBackend;
}
