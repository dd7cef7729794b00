// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.posix.linux.linux_h;

/**
 * Names the numbers of {@code <sys/socket.h>}, {@code <netinet/*.h>} and {@code <errno.h>} that the
 * sockets use. Each comes from the generated headers of the system that this process runs on, and is
 * read once.
 */
final class Constants {

  static final int AF_UNIX = linux_h.AF_UNIX();
  static final int AF_INET = linux_h.AF_INET();
  static final int AF_INET6 = linux_h.AF_INET6();

  static final int AF_UNSPEC = linux_h.AF_UNSPEC();

  static final int O_RDONLY = linux_h.O_RDONLY();
  static final int O_WRONLY = linux_h.O_WRONLY();
  static final int O_RDWR = linux_h.O_RDWR();
  static final int O_NONBLOCK = linux_h.O_NONBLOCK();
  static final int O_CLOEXEC = linux_h.O_CLOEXEC();
  static final int F_GETFL = linux_h.F_GETFL();
  static final int F_SETFL = linux_h.F_SETFL();

  static final int WNOHANG = linux_h.WNOHANG();

  static final int SOCK_STREAM = linux_h.SOCK_STREAM();
  static final int SOCK_DGRAM = linux_h.SOCK_DGRAM();

  static final int MSG_NOSIGNAL = linux_h.MSG_NOSIGNAL();

  static final int SHUT_WR = linux_h.SHUT_WR();

  static final int SOL_SOCKET = linux_h.SOL_SOCKET();
  static final int SO_BROADCAST = linux_h.SO_BROADCAST();
  static final int SO_ERROR = linux_h.SO_ERROR();
  static final int SO_KEEPALIVE = linux_h.SO_KEEPALIVE();
  static final int SO_LINGER = linux_h.SO_LINGER();
  static final int SO_RCVBUF = linux_h.SO_RCVBUF();
  static final int SO_REUSEADDR = linux_h.SO_REUSEADDR();
  static final int SO_REUSEPORT = linux_h.SO_REUSEPORT();
  static final int SO_SNDBUF = linux_h.SO_SNDBUF();

  static final int IPPROTO_IP = linux_h.IPPROTO_IP();
  static final int IP_ADD_MEMBERSHIP = linux_h.IP_ADD_MEMBERSHIP();
  static final int IP_DROP_MEMBERSHIP = linux_h.IP_DROP_MEMBERSHIP();
  static final int IP_MULTICAST_ALL = linux_h.IP_MULTICAST_ALL();
  static final int IP_MULTICAST_IF = linux_h.IP_MULTICAST_IF();
  static final int IP_MULTICAST_LOOP = linux_h.IP_MULTICAST_LOOP();
  static final int IP_MULTICAST_TTL = linux_h.IP_MULTICAST_TTL();
  static final int IP_TOS = linux_h.IP_TOS();

  static final int IPPROTO_IPV6 = linux_h.IPPROTO_IPV6();
  static final int IPV6_ADD_MEMBERSHIP = linux_h.IPV6_ADD_MEMBERSHIP();
  static final int IPV6_DROP_MEMBERSHIP = linux_h.IPV6_DROP_MEMBERSHIP();
  static final int IPV6_MULTICAST_ALL = linux_h.IPV6_MULTICAST_ALL();
  static final int IPV6_MULTICAST_HOPS = linux_h.IPV6_MULTICAST_HOPS();
  static final int IPV6_MULTICAST_IF = linux_h.IPV6_MULTICAST_IF();
  static final int IPV6_MULTICAST_LOOP = linux_h.IPV6_MULTICAST_LOOP();
  static final int IPV6_TCLASS = linux_h.IPV6_TCLASS();
  static final int IPV6_V6ONLY = linux_h.IPV6_V6ONLY();

  static final int IPPROTO_TCP = linux_h.IPPROTO_TCP();
  static final int TCP_KEEPCNT = linux_h.TCP_KEEPCNT();
  static final int TCP_KEEPIDLE = linux_h.TCP_KEEPIDLE();
  static final int TCP_KEEPINTVL = linux_h.TCP_KEEPINTVL();
  static final int TCP_NODELAY = linux_h.TCP_NODELAY();

  static final int EADDRINUSE = linux_h.EADDRINUSE();
  static final int EADDRNOTAVAIL = linux_h.EADDRNOTAVAIL();
  static final int EAGAIN = linux_h.EAGAIN();
  static final int EINPROGRESS = linux_h.EINPROGRESS();
  static final int EINVAL = linux_h.EINVAL();
  static final int ENOSYS = linux_h.ENOSYS();
  static final int EOPNOTSUPP = linux_h.EOPNOTSUPP();
  static final int EINTR = linux_h.EINTR();
  static final int EACCES = linux_h.EACCES();
  static final int ENOENT = linux_h.ENOENT();
  static final int ENXIO = linux_h.ENXIO();
  static final int ENOTCONN = linux_h.ENOTCONN();

  private Constants() {}
}
