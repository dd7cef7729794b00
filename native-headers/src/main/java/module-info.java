// SPDX-License-Identifier: Apache-2.0
/**
 * The POSIX calls that Culebra's native backends share. The only module of Culebra that needs {@code
 * --enable-native-access}; nobody but those backends can use it.
 */
@SuppressWarnings("module") // the two backends are built after this module
module dev.culebra.posix {
  requires transitive dev.culebra;
  requires static org.jspecify;

  exports dev.culebra.posix to
      dev.culebra.epoll,
      dev.culebra.kqueue;
  exports dev.culebra.posix.darwin to
      dev.culebra.kqueue;
  exports dev.culebra.posix.freebsd to
      dev.culebra.kqueue;
  exports dev.culebra.posix.linux to
      dev.culebra.epoll;
  exports dev.culebra.posix.linux.x86_64 to
      dev.culebra.epoll;
  exports dev.culebra.posix.linux.aarch64 to
      dev.culebra.epoll;
}
