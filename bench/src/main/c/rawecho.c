// SPDX-License-Identifier: Apache-2.0
/* The limit for an echo server: the fewest system calls that one on epoll can make. For each message it
 * waits, receives and sends; it buffers nothing, and so spins on a peer that does not read. Not for use.
 *
 *   rawecho tcp|udp           on a port of 127.0.0.1 that the system chooses
 *   rawecho unix PATH         on a Unix socket
 *
 * Says where it listens as ./culebra echo does, and runs until it is killed. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { EVENTS = 512, BUFFER_BYTES = 256 * 1024, BACKLOG = 1024 };

static char buffer[BUFFER_BYTES];

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void watch(int epoll, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) die("epoll_ctl");
}

static void say(const char *where) {
  printf("listening on %s\n", where);
  fflush(stdout);
}

static int bind_to_loopback(int type) {
  int one = 1, fd = socket(AF_INET, type | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t length = sizeof address;
  char where[32];
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, (struct sockaddr *)&address, sizeof address)) die("bind");
  if (type == SOCK_STREAM && listen(fd, BACKLOG)) die("listen");
  getsockname(fd, (struct sockaddr *)&address, &length);
  snprintf(where, sizeof where, "127.0.0.1:%d", ntohs(address.sin_port));
  say(where);
  return fd;
}

static int listen_at(const char *path) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  if (bind(fd, (struct sockaddr *)&address, sizeof address)) die("bind");
  if (listen(fd, BACKLOG)) die("listen");
  say(path);
  return fd;
}

static void take(int epoll, int listener) {
  int one = 1, fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
  if (fd < 0) return;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  watch(epoll, fd);
}

static void echo(int fd) {
  ssize_t count = recv(fd, buffer, sizeof buffer, 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) {
    close(fd);
    return;
  }
  for (ssize_t done = 0; done < count;) {
    ssize_t sent = send(fd, buffer + done, count - done, MSG_NOSIGNAL);
    if (sent >= 0) {
      done += sent;
    } else if (errno != EAGAIN) {
      close(fd);
      return;
    }
  }
}

/* Sends back all datagrams that are there. What the kernel has no room for is lost, as UDP may. */
static void echo_datagrams(int fd) {
  struct sockaddr_in from;
  socklen_t length = sizeof from;
  for (ssize_t count; (count = recvfrom(fd, buffer, sizeof buffer, 0, (struct sockaddr *)&from, &length)) >= 0;) {
    sendto(fd, buffer, count, 0, (struct sockaddr *)&from, length);
    length = sizeof from;
  }
}

int main(int argc, char **argv) {
  const char *kind = argc > 1 ? argv[1] : "tcp";
  int udp = !strcmp(kind, "udp"), epoll = epoll_create1(0);
  int listener = argc > 2 ? listen_at(argv[2]) : bind_to_loopback(udp ? SOCK_DGRAM : SOCK_STREAM);
  watch(epoll, listener);
  for (struct epoll_event events[EVENTS];;) {
    int count = epoll_wait(epoll, events, EVENTS, -1);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd != listener) {
        echo(fd);
      } else if (udp) {
        echo_datagrams(fd);
      } else {
        take(epoll, fd);
      }
    }
  }
}
