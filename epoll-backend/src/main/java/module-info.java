// SPDX-License-Identifier: Apache-2.0
/** The Linux backend: epoll through the Foreign Function and Memory API. */
module dev.culebra.epoll {
  requires transitive dev.culebra;
  requires dev.culebra.posix;
  requires static org.jspecify;

  exports dev.culebra.epoll;

  provides dev.culebra.spi.Backend with
      dev.culebra.epoll.internal.EpollBackend;
}
