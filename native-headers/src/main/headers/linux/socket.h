/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets: families, types, options, flags and addresses. socket(2), socket(7), ip(7), ipv6(7),
 * tcp(7), unix(7), recv(2), send(2).
 *
 * Sources in the kernel: include/linux/socket.h (AF_, MSG_, SOMAXCONN), include/linux/net.h
 * (SOCK_), include/uapi/asm-generic/socket.h (SO_; x86-64 and aarch64 both use the generic values,
 * alpha, mips, parisc and sparc do not), include/uapi/linux/{in.h,in6.h,tcp.h,un.h,uio.h}. Member
 * names are those of glibc's public headers, so that the C probe can name them.
 */
#ifndef CULEBRA_LINUX_SOCKET_H
#define CULEBRA_LINUX_SOCKET_H

#include "time.h"
#include "types.h"

#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10

#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_NONBLOCK 04000   /* = O_NONBLOCK */
#define SOCK_CLOEXEC 02000000 /* = O_CLOEXEC */

#define SOL_SOCKET 1
#define SO_REUSEADDR 2
#define SO_TYPE 3
#define SO_ERROR 4
#define SO_BROADCAST 6
#define SO_SNDBUF 7
#define SO_RCVBUF 8
#define SO_KEEPALIVE 9
#define SO_LINGER 13
#define SO_REUSEPORT 15
#define SO_DOMAIN 39

#define IPPROTO_IP 0
#define IPPROTO_TCP 6
#define IPPROTO_IPV6 41
#define IP_TOS 1
#define IP_MULTICAST_IF 32
#define IP_MULTICAST_TTL 33
#define IP_MULTICAST_LOOP 34
#define IP_ADD_MEMBERSHIP 35
#define IP_DROP_MEMBERSHIP 36
#define IP_MULTICAST_ALL 49
#define IPV6_MULTICAST_IF 17
#define IPV6_MULTICAST_HOPS 18
#define IPV6_MULTICAST_LOOP 19
#define IPV6_ADD_MEMBERSHIP 20
#define IPV6_DROP_MEMBERSHIP 21
#define IPV6_V6ONLY 26
#define IPV6_MULTICAST_ALL 29
#define IPV6_TCLASS 67
#define TCP_NODELAY 1
#define TCP_CORK 3
#define TCP_KEEPIDLE 4
#define TCP_KEEPINTVL 5
#define TCP_KEEPCNT 6
#define TCP_QUICKACK 12

#define SHUT_RD 0
#define SHUT_WR 1
#define SHUT_RDWR 2

#define MSG_PEEK 0x02
#define MSG_TRUNC 0x20
#define MSG_DONTWAIT 0x40
#define MSG_NOSIGNAL 0x4000

/* A default for listen(2), not a limit: the kernel cuts a backlog at net.core.somaxconn. 128 in
   headers older than Linux 5.4 and in musl. */
#define SOMAXCONN 4096

/* UIO_MAXIOV of the kernel; the most buffers that one readv or writev takes. */
#define IOV_MAX 1024

struct sockaddr {
  sa_family_t sa_family;
  char sa_data[14];
};

struct in_addr {
  uint32_t s_addr; /* network byte order */
};

struct sockaddr_in {
  sa_family_t sin_family;
  uint16_t sin_port; /* network byte order */
  struct in_addr sin_addr;
  uint8_t sin_zero[8];
};

struct in6_addr {
  union { /* the second member is there for the alignment */
    uint8_t s6_addr[16];
    uint32_t s6_addr32[4];
  };
};

struct sockaddr_in6 {
  sa_family_t sin6_family;
  uint16_t sin6_port; /* network byte order */
  uint32_t sin6_flowinfo;
  struct in6_addr sin6_addr;
  uint32_t sin6_scope_id; /* an interface index, host byte order */
};

struct sockaddr_un {
  sa_family_t sun_family;
  char sun_path[108]; /* need not end in a zero byte; starts with one if abstract */
};

/* Large and aligned enough for every address. */
struct sockaddr_storage {
  sa_family_t ss_family;
  char __ss_padding[118];
  unsigned long __ss_align;
};

/* How a datagram socket names a group, and the interface to hear it at: ip(7), ipv6(7). */
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
  int l_linger; /* seconds */
};

struct iovec {
  void *iov_base;
  size_t iov_len;
};

struct msghdr {
  void *msg_name;
  socklen_t msg_namelen;
  struct iovec *msg_iov;
  size_t msg_iovlen;
  void *msg_control;
  size_t msg_controllen;
  int msg_flags;
};

struct mmsghdr {
  struct msghdr msg_hdr;
  unsigned int msg_len;
};

#endif
