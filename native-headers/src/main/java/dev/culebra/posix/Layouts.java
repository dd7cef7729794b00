// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

/**
 * Says how large the structs are that the sockets fill, and where their members are. Each number comes
 * from the generated headers of the system that this process runs on, and is read once. Addresses have
 * {@link SockaddrLayout}.
 */
final class Layouts {

  private static final boolean DARWIN = Platform.IS_DARWIN;

  static final long IOVEC_BYTES =
      DARWIN ? dev.culebra.posix.darwin.iovec.sizeof() : dev.culebra.posix.linux.iovec.sizeof();
  static final long IOV_BASE = DARWIN
      ? dev.culebra.posix.darwin.iovec.iov_base$offset()
      : dev.culebra.posix.linux.iovec.iov_base$offset();
  static final long IOV_LEN = DARWIN
      ? dev.culebra.posix.darwin.iovec.iov_len$offset()
      : dev.culebra.posix.linux.iovec.iov_len$offset();

  static final long MSGHDR_BYTES =
      DARWIN ? dev.culebra.posix.darwin.msghdr.sizeof() : dev.culebra.posix.linux.msghdr.sizeof();
  static final long MSG_IOV = DARWIN
      ? dev.culebra.posix.darwin.msghdr.msg_iov$offset()
      : dev.culebra.posix.linux.msghdr.msg_iov$offset();

  /** An int on Darwin, a size_t on Linux: as an int it is the same to both, in zeroed memory. */
  static final long MSG_IOVLEN = DARWIN
      ? dev.culebra.posix.darwin.msghdr.msg_iovlen$offset()
      : dev.culebra.posix.linux.msghdr.msg_iovlen$offset();

  static final int LINGER_BYTES = (int)
      (DARWIN ? dev.culebra.posix.darwin.linger.sizeof() : dev.culebra.posix.linux.linger.sizeof());
  static final long L_ONOFF = DARWIN
      ? dev.culebra.posix.darwin.linger.l_onoff$offset()
      : dev.culebra.posix.linux.linger.l_onoff$offset();
  static final long L_LINGER = DARWIN
      ? dev.culebra.posix.darwin.linger.l_linger$offset()
      : dev.culebra.posix.linux.linger.l_linger$offset();

  static final int IP_MREQ_BYTES = (int)
      (DARWIN
          ? dev.culebra.posix.darwin.ip_mreq.sizeof()
          : dev.culebra.posix.linux.ip_mreq.sizeof());
  static final long IMR_MULTIADDR = DARWIN
      ? dev.culebra.posix.darwin.ip_mreq.imr_multiaddr$offset()
      : dev.culebra.posix.linux.ip_mreq.imr_multiaddr$offset();
  static final long IMR_INTERFACE = DARWIN
      ? dev.culebra.posix.darwin.ip_mreq.imr_interface$offset()
      : dev.culebra.posix.linux.ip_mreq.imr_interface$offset();

  static final int IPV6_MREQ_BYTES = (int)
      (DARWIN
          ? dev.culebra.posix.darwin.ipv6_mreq.sizeof()
          : dev.culebra.posix.linux.ipv6_mreq.sizeof());
  static final long IPV6MR_MULTIADDR = DARWIN
      ? dev.culebra.posix.darwin.ipv6_mreq.ipv6mr_multiaddr$offset()
      : dev.culebra.posix.linux.ipv6_mreq.ipv6mr_multiaddr$offset();
  static final long IPV6MR_INTERFACE = DARWIN
      ? dev.culebra.posix.darwin.ipv6_mreq.ipv6mr_interface$offset()
      : dev.culebra.posix.linux.ipv6_mreq.ipv6mr_interface$offset();

  private Layouts() {}
}
