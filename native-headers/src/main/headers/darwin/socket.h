/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets: families, types, options, flags and addresses. socket(2), ip(4), ip6(4), tcp(4),
 * unix(4), recv(2), send(2).
 *
 * Sources in xnu: bsd/sys/socket.h, bsd/netinet/in.h, bsd/netinet6/in6.h, bsd/netinet/tcp.h,
 * bsd/sys/un.h, bsd/sys/_types/_iovec_t.h.
 *
 * Each address begins with its own length and an 8-bit family, where Linux has a 16-bit family.
 */
#ifndef CULEBRA_DARWIN_SOCKET_H
#define CULEBRA_DARWIN_SOCKET_H

#include "types.h"

#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 30

#define SOCK_STREAM 1
#define SOCK_DGRAM 2

#define SOL_SOCKET 0xffff
#define SO_REUSEADDR 0x0004
#define SO_KEEPALIVE 0x0008
#define SO_BROADCAST 0x0020
#define SO_LINGER 0x0080     /* counts ticks */
#define SO_REUSEPORT 0x0200
#define SO_SNDBUF 0x1001
#define SO_RCVBUF 0x1002
#define SO_ERROR 0x1007
#define SO_TYPE 0x1008
#define SO_NOSIGPIPE 0x1022
#define SO_LINGER_SEC 0x1080 /* counts seconds, as SO_LINGER does elsewhere */

#define IPPROTO_IP 0
#define IPPROTO_TCP 6
#define IPPROTO_IPV6 41
#define IP_TOS 3
#define IP_MULTICAST_IF 9
#define IP_MULTICAST_TTL 10
#define IP_MULTICAST_LOOP 11
#define IP_ADD_MEMBERSHIP 12
#define IP_DROP_MEMBERSHIP 13
#define IPV6_MULTICAST_IF 9
#define IPV6_MULTICAST_HOPS 10
#define IPV6_MULTICAST_LOOP 11
#define IPV6_JOIN_GROUP 12  /* the name of POSIX for what Linux calls IPV6_ADD_MEMBERSHIP too */
#define IPV6_LEAVE_GROUP 13
#define IPV6_V6ONLY 27
#define IPV6_TCLASS 36
#define TCP_NODELAY 0x01
#define TCP_NOPUSH 0x04
#define TCP_KEEPALIVE 0x10 /* what Linux calls TCP_KEEPIDLE: seconds */
#define TCP_KEEPINTVL 0x101
#define TCP_KEEPCNT 0x102

#define SHUT_RD 0
#define SHUT_WR 1
#define SHUT_RDWR 2

#define MSG_PEEK 0x2
#define MSG_TRUNC 0x10
#define MSG_DONTWAIT 0x80

#define SOMAXCONN 128

struct sockaddr {
  uint8_t sa_len;
  sa_family_t sa_family;
  char sa_data[14];
};

struct in_addr {
  uint32_t s_addr; /* network byte order */
};

struct sockaddr_in {
  uint8_t sin_len;
  sa_family_t sin_family;
  uint16_t sin_port; /* network byte order */
  struct in_addr sin_addr;
  char sin_zero[8];
};

struct in6_addr {
  union { /* the second member is there for the alignment */
    uint8_t s6_addr[16];
    uint32_t s6_addr32[4];
  };
};

struct sockaddr_in6 {
  uint8_t sin6_len;
  sa_family_t sin6_family;
  uint16_t sin6_port; /* network byte order */
  uint32_t sin6_flowinfo;
  struct in6_addr sin6_addr;
  uint32_t sin6_scope_id; /* an interface index, host byte order */
};

struct sockaddr_un {
  unsigned char sun_len;
  sa_family_t sun_family;
  char sun_path[104]; /* ends in a zero byte; no abstract names */
};

/* How a datagram socket names a group, and the interface to hear it at: ip(4), ip6(4). */
struct ip_mreq {
  struct in_addr imr_multiaddr;
  struct in_addr imr_interface;
};

struct ipv6_mreq {
  struct in6_addr ipv6mr_multiaddr;
  unsigned int ipv6mr_interface;
};

struct linger {
  int l_onoff;
  int l_linger; /* seconds with SO_LINGER_SEC */
};

struct iovec {
  void *iov_base;
  size_t iov_len;
};

struct msghdr {
  void *msg_name;
  socklen_t msg_namelen;
  struct iovec *msg_iov;
  int msg_iovlen; /* size_t on Linux */
  void *msg_control;
  socklen_t msg_controllen; /* size_t on Linux */
  int msg_flags;
};

#endif
