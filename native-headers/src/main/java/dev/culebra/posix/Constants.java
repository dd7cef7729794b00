// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.posix.darwin.darwin_h;
import dev.culebra.posix.linux.linux_h;

/**
 * Names the numbers of {@code <sys/socket.h>}, {@code <netinet/*.h>} and {@code <errno.h>} that the
 * sockets use. Each comes from the generated headers of the system that this process runs on, and is
 * read once. What only one system has is with that system's {@link Platform}.
 */
final class Constants {

  private static final boolean DARWIN = Platform.IS_DARWIN;

  static final int AF_UNIX = DARWIN ? darwin_h.AF_UNIX() : linux_h.AF_UNIX();
  static final int AF_INET = DARWIN ? darwin_h.AF_INET() : linux_h.AF_INET();
  static final int AF_INET6 = DARWIN ? darwin_h.AF_INET6() : linux_h.AF_INET6();

  static final int AF_UNSPEC = DARWIN ? darwin_h.AF_UNSPEC() : linux_h.AF_UNSPEC();

  static final int O_RDONLY = DARWIN ? darwin_h.O_RDONLY() : linux_h.O_RDONLY();
  static final int O_WRONLY = DARWIN ? darwin_h.O_WRONLY() : linux_h.O_WRONLY();
  static final int O_RDWR = DARWIN ? darwin_h.O_RDWR() : linux_h.O_RDWR();
  static final int O_NONBLOCK = DARWIN ? darwin_h.O_NONBLOCK() : linux_h.O_NONBLOCK();
  static final int O_CLOEXEC = DARWIN ? darwin_h.O_CLOEXEC() : linux_h.O_CLOEXEC();
  static final int O_APPEND = DARWIN ? darwin_h.O_APPEND() : linux_h.O_APPEND();
  static final int O_CREAT = DARWIN ? darwin_h.O_CREAT() : linux_h.O_CREAT();
  static final int O_TRUNC = DARWIN ? darwin_h.O_TRUNC() : linux_h.O_TRUNC();
  static final int F_DUPFD_CLOEXEC =
      DARWIN ? darwin_h.F_DUPFD_CLOEXEC() : linux_h.F_DUPFD_CLOEXEC();
  static final int F_GETFL = DARWIN ? darwin_h.F_GETFL() : linux_h.F_GETFL();
  static final int F_SETFL = DARWIN ? darwin_h.F_SETFL() : linux_h.F_SETFL();

  static final int WNOHANG = DARWIN ? darwin_h.WNOHANG() : linux_h.WNOHANG();

  static final int POSIX_SPAWN_SETSID =
      DARWIN ? darwin_h.POSIX_SPAWN_SETSID() : linux_h.POSIX_SPAWN_SETSID();
  static final int POSIX_SPAWN_SETSIGDEF =
      DARWIN ? darwin_h.POSIX_SPAWN_SETSIGDEF() : linux_h.POSIX_SPAWN_SETSIGDEF();
  static final int POSIX_SPAWN_SETSIGMASK =
      DARWIN ? darwin_h.POSIX_SPAWN_SETSIGMASK() : linux_h.POSIX_SPAWN_SETSIGMASK();

  /** Has a child get no descriptor that is not named; on Linux an action closes the others. */
  static final int POSIX_SPAWN_CLOEXEC_DEFAULT =
      DARWIN ? darwin_h.POSIX_SPAWN_CLOEXEC_DEFAULT() : 0;

  static final int SOCK_STREAM = DARWIN ? darwin_h.SOCK_STREAM() : linux_h.SOCK_STREAM();
  static final int SOCK_DGRAM = DARWIN ? darwin_h.SOCK_DGRAM() : linux_h.SOCK_DGRAM();

  /** Darwin's sockets are born with {@code SO_NOSIGPIPE}; older ones have no such flag. */
  static final int MSG_NOSIGNAL = DARWIN ? 0 : linux_h.MSG_NOSIGNAL();

  static final int SHUT_WR = DARWIN ? darwin_h.SHUT_WR() : linux_h.SHUT_WR();

  static final int SOL_SOCKET = DARWIN ? darwin_h.SOL_SOCKET() : linux_h.SOL_SOCKET();
  static final int SO_BROADCAST = DARWIN ? darwin_h.SO_BROADCAST() : linux_h.SO_BROADCAST();
  static final int SO_ERROR = DARWIN ? darwin_h.SO_ERROR() : linux_h.SO_ERROR();
  static final int SO_KEEPALIVE = DARWIN ? darwin_h.SO_KEEPALIVE() : linux_h.SO_KEEPALIVE();

  /** In seconds: Darwin's own {@code SO_LINGER} counts ticks. */
  static final int SO_LINGER = DARWIN ? darwin_h.SO_LINGER_SEC() : linux_h.SO_LINGER();

  /** The most seconds of it, as in {@code java.nio}; Darwin keeps hundredths of them, in a short. */
  static final int MAX_LINGER_SECONDS = DARWIN ? Short.MAX_VALUE / 100 : 65_535;

  /** The smallest {@code SO_RCVBUF} and {@code SO_SNDBUF} that is not refused. */
  static final int MIN_BUFFER_BYTES = DARWIN ? 1 : 0;

  static final int SO_RCVBUF = DARWIN ? darwin_h.SO_RCVBUF() : linux_h.SO_RCVBUF();
  static final int SO_REUSEADDR = DARWIN ? darwin_h.SO_REUSEADDR() : linux_h.SO_REUSEADDR();
  static final int SO_REUSEPORT = DARWIN ? darwin_h.SO_REUSEPORT() : linux_h.SO_REUSEPORT();
  static final int SO_SNDBUF = DARWIN ? darwin_h.SO_SNDBUF() : linux_h.SO_SNDBUF();

  static final int IPPROTO_IP = DARWIN ? darwin_h.IPPROTO_IP() : linux_h.IPPROTO_IP();
  static final int IP_ADD_MEMBERSHIP =
      DARWIN ? darwin_h.IP_ADD_MEMBERSHIP() : linux_h.IP_ADD_MEMBERSHIP();
  static final int IP_DROP_MEMBERSHIP =
      DARWIN ? darwin_h.IP_DROP_MEMBERSHIP() : linux_h.IP_DROP_MEMBERSHIP();
  static final int IP_MULTICAST_IF =
      DARWIN ? darwin_h.IP_MULTICAST_IF() : linux_h.IP_MULTICAST_IF();
  static final int IP_MULTICAST_LOOP =
      DARWIN ? darwin_h.IP_MULTICAST_LOOP() : linux_h.IP_MULTICAST_LOOP();
  static final int IP_MULTICAST_TTL =
      DARWIN ? darwin_h.IP_MULTICAST_TTL() : linux_h.IP_MULTICAST_TTL();
  static final int IP_TOS = DARWIN ? darwin_h.IP_TOS() : linux_h.IP_TOS();

  static final int IPPROTO_IPV6 = DARWIN ? darwin_h.IPPROTO_IPV6() : linux_h.IPPROTO_IPV6();
  static final int IPV6_ADD_MEMBERSHIP =
      DARWIN ? darwin_h.IPV6_JOIN_GROUP() : linux_h.IPV6_ADD_MEMBERSHIP();
  static final int IPV6_DROP_MEMBERSHIP =
      DARWIN ? darwin_h.IPV6_LEAVE_GROUP() : linux_h.IPV6_DROP_MEMBERSHIP();
  static final int IPV6_MULTICAST_HOPS =
      DARWIN ? darwin_h.IPV6_MULTICAST_HOPS() : linux_h.IPV6_MULTICAST_HOPS();
  static final int IPV6_MULTICAST_IF =
      DARWIN ? darwin_h.IPV6_MULTICAST_IF() : linux_h.IPV6_MULTICAST_IF();
  static final int IPV6_MULTICAST_LOOP =
      DARWIN ? darwin_h.IPV6_MULTICAST_LOOP() : linux_h.IPV6_MULTICAST_LOOP();
  static final int IPV6_TCLASS = DARWIN ? darwin_h.IPV6_TCLASS() : linux_h.IPV6_TCLASS();
  static final int IPV6_V6ONLY = DARWIN ? darwin_h.IPV6_V6ONLY() : linux_h.IPV6_V6ONLY();

  static final int IPPROTO_TCP = DARWIN ? darwin_h.IPPROTO_TCP() : linux_h.IPPROTO_TCP();
  static final int TCP_KEEPCNT = DARWIN ? darwin_h.TCP_KEEPCNT() : linux_h.TCP_KEEPCNT();
  static final int TCP_KEEPIDLE = DARWIN ? darwin_h.TCP_KEEPALIVE() : linux_h.TCP_KEEPIDLE();
  static final int TCP_KEEPINTVL = DARWIN ? darwin_h.TCP_KEEPINTVL() : linux_h.TCP_KEEPINTVL();
  static final int TCP_NODELAY = DARWIN ? darwin_h.TCP_NODELAY() : linux_h.TCP_NODELAY();

  static final int EADDRINUSE = DARWIN ? darwin_h.EADDRINUSE() : linux_h.EADDRINUSE();
  static final int EADDRNOTAVAIL = DARWIN ? darwin_h.EADDRNOTAVAIL() : linux_h.EADDRNOTAVAIL();
  static final int EAGAIN = DARWIN ? darwin_h.EAGAIN() : linux_h.EAGAIN();
  static final int EINPROGRESS = DARWIN ? darwin_h.EINPROGRESS() : linux_h.EINPROGRESS();
  static final int EINTR = DARWIN ? darwin_h.EINTR() : linux_h.EINTR();
  static final int EACCES = DARWIN ? darwin_h.EACCES() : linux_h.EACCES();
  static final int ENOBUFS = DARWIN ? darwin_h.ENOBUFS() : linux_h.ENOBUFS();
  static final int ENOENT = DARWIN ? darwin_h.ENOENT() : linux_h.ENOENT();
  static final int ENXIO = DARWIN ? darwin_h.ENXIO() : linux_h.ENXIO();
  static final int ENOTCONN = DARWIN ? darwin_h.ENOTCONN() : linux_h.ENOTCONN();

  private Constants() {}
}
