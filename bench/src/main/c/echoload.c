// SPDX-License-Identifier: Apache-2.0
/* Closed-loop echo load: every connection keeps one message in flight, and every byte that comes back is
 * checked. Written in C so that the client is the same, and as small as can be, for every server.
 *
 *   echoload [accept] PORT|PATH CONNECTIONS BYTES WARMUP_S RUN_S [PID]
 *
 * A path is that of a Unix socket, and has a slash. With "accept", each message goes over a connection of its
 * own, which the client closes: so many connections at a time, each counted once.
 *
 * Prints the requests per second and the latencies in microseconds and, given the server's pid, its user
 * and system CPU time in microseconds for each request of the measured part. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 512, BUFFER_BYTES = 1 << 20, MOST_LATENCIES = 1 << 23, WAIT_MS = 100, SOURCES = 200 };

typedef struct {
  int fd;
  size_t sent, received;
  long began;
} connection;

static int epoll, accept_mode;
static const char *where;
static size_t size;
static char *message;
static char buffer[BUFFER_BYTES];

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void give_up(const char *why) {
  fprintf(stderr, "echoload: %s\n", why);
  exit(1);
}

static long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000L + t.tv_nsec;
}

static int by_value(const void *a, const void *b) {
  long x = *(const long *)a, y = *(const long *)b;
  return (x > y) - (x < y);
}

/* CPU time of a process in seconds. Its name, in parentheses, may hold anything: hence strrchr. */
static void cpu_of(int pid, double *user, double *system) {
  char path[64], line[2048];
  unsigned long user_ticks, system_ticks;
  *user = *system = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (!file) die(path);
  char *end = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
  if (end && sscanf(end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user_ticks, &system_ticks) == 2) {
    *user = (double)user_ticks / sysconf(_SC_CLK_TCK);
    *system = (double)system_ticks / sysconf(_SC_CLK_TCK);
  }
  fclose(file);
}

static void watch(connection *c, unsigned events, int operation) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  if (epoll_ctl(epoll, operation, c->fd, &event)) die("epoll_ctl");
}

static int connect_unix(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(where) >= sizeof address.sun_path) give_up("the path is too long for a Unix socket");
  strcpy(address.sun_path, where);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) die("socket");
  if (connect(fd, (struct sockaddr *)&address, sizeof address)) die("connect");
  return fd;
}

/* Connections that were closed keep their client's port for a minute: with more addresses there are more. */
static void spread(int fd) {
  static unsigned connections;
  int one = 1;
  struct sockaddr_in source = {.sin_family = AF_INET};
  source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + connections++ % SOURCES);
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  if (bind(fd, (struct sockaddr *)&source, sizeof source)) die("bind");
}

static int connect_tcp(void) {
  int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(where))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0) die("socket");
  if (accept_mode) spread(fd);
  if (connect(fd, (struct sockaddr *)&address, sizeof address)) die("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

static void open_connection(connection *c) {
  c->fd = strchr(where, '/') ? connect_unix() : connect_tcp();
  fcntl(c->fd, F_SETFL, O_NONBLOCK);
  watch(c, EPOLLIN, EPOLL_CTL_ADD);
}

/* Sends what the kernel takes of the message. */
static void push(connection *c) {
  ssize_t sent = send(c->fd, message + c->sent, size - c->sent, MSG_NOSIGNAL);
  if (sent > 0) {
    c->sent += sent;
  } else if (errno != EAGAIN) {
    die("send");
  }
}

static void begin(connection *c) {
  c->sent = c->received = 0;
  c->began = now();
  if (accept_mode) open_connection(c);
  push(c);
  if (c->sent < size) watch(c, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

static void go_on(connection *c) {
  push(c);
  if (c->sent == size) watch(c, EPOLLIN, EPOLL_CTL_MOD);
}

/* Receives; returns whether the whole message is back. */
static int pull(connection *c) {
  ssize_t count = recv(c->fd, buffer, sizeof buffer, 0);
  if (count < 0 && errno == EAGAIN) return 0;
  if (count <= 0) give_up("a connection was lost");
  if (c->received + count > c->sent) give_up("more bytes came back than were sent");
  if (memcmp(buffer, message + c->received, count)) give_up("wrong bytes came back");
  c->received += count;
  return c->received == size;
}

static double micros(const long *sorted, size_t count, double share) { return sorted[(size_t)(count * share)] / 1e3; }

int main(int argc, char **argv) {
  if (argc > 1 && !strcmp(argv[1], "accept")) {
    accept_mode = 1;
    argc--, argv++;
  }
  if (argc < 6) {
    fprintf(stderr, "usage: echoload [accept] PORT|PATH CONNECTIONS BYTES WARMUP_S RUN_S [PID]\n");
    return 2;
  }
  where = argv[1];
  int connections = atoi(argv[2]), pid = argc > 6 ? atoi(argv[6]) : 0;
  double warmup = atof(argv[4]), run = atof(argv[5]);
  size = atol(argv[3]);
  message = malloc(size);
  for (size_t i = 0; i < size; i++) message[i] = 'a' + i * 31 % 997 % 26;
  epoll = epoll_create1(0);
  connection *all = calloc(connections, sizeof *all);
  for (int i = 0; i < connections && !accept_mode; i++) open_connection(&all[i]);

  long *latencies = malloc(MOST_LATENCIES * sizeof *latencies);
  size_t count = 0;
  int measuring = 0;
  double user0 = 0, system0 = 0, user1 = 0, system1 = 0;
  long from = now() + (long)(warmup * 1e9), until = from + (long)(run * 1e9);
  for (int i = 0; i < connections; i++) begin(&all[i]);
  for (long t; (t = now()) < until;) {
    if (!measuring && t >= from) {
      measuring = 1;
      if (pid) cpu_of(pid, &user0, &system0);
      from = now();
    }
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(epoll, events, EVENTS, WAIT_MS);
    for (int i = 0; i < ready; i++) {
      connection *c = events[i].data.ptr;
      if (events[i].events & EPOLLOUT && c->sent < size) go_on(c);
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR) && pull(c)) {
        if (measuring) latencies[count++ % MOST_LATENCIES] = now() - c->began;
        if (accept_mode) close(c->fd);
        begin(c);
      }
    }
  }
  double elapsed = (now() - from) / 1e9;
  if (pid) cpu_of(pid, &user1, &system1);
  if (!count) give_up("nothing came back");

  size_t kept = count < MOST_LATENCIES ? count : MOST_LATENCIES;
  qsort(latencies, kept, sizeof *latencies, by_value);
  printf("rps=%.0f p50=%.1f p99=%.1f p999=%.1f", count / elapsed, micros(latencies, kept, .5),
         micros(latencies, kept, .99), micros(latencies, kept, .999));
  if (pid) {
    double user = (user1 - user0) * 1e6 / count, system = (system1 - system0) * 1e6 / count;
    printf(" user=%.2f sys=%.2f cpu=%.2f", user, system, user + system);
  }
  printf("\n");
  return 0;
}
