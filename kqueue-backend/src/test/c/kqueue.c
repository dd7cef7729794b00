// SPDX-License-Identifier: Apache-2.0
/*
 * kqueue and kevent over epoll, as far as the tests of the kqueue backend need them on Linux: EVFILT_READ,
 * EVFILT_WRITE, EVFILT_USER, and EVFILT_PROC with NOTE_EXIT. The numbers are libkqueue's. It is a judge, not
 * a library: where BSDs differ it does what is harder on the caller.
 *
 *  - A queue is one descriptor, since a caller closes it by close(2), which is not seen here: an epoll
 *    instance. Both filters of a descriptor share its one entry there.
 *  - A user event needs no descriptor of its own. Each queue watches one and the same eventfd, which is always
 *    ready, and watches it for one event at a time: a trigger arms it.
 *  - A BSD forgets the filters of a descriptor that is closed. That is seen here only later: epoll then does not
 *    know the descriptor, or knows another file by that number.
 *  - What Darwin and FreeBSD refuse is refused: EPIPE for writing to a pipe that nobody reads, ESRCH for a
 *    process that has ended, though it was not waited for.
 *  - Each change that fails is an event with EV_ERROR, and then there is no wait; where there is no room for it,
 *    the call fails.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct kevent {
  uintptr_t ident;
  short filter;
  unsigned short flags;
  unsigned int fflags;
  intptr_t data;
  void *udata;
};

enum { EVFILT_READ = -1, EVFILT_WRITE = -2, EVFILT_PROC = -5, EVFILT_USER = -11 };

enum {
  EV_ADD = 0x1,
  EV_DELETE = 0x2,
  EV_ENABLE = 0x4,
  EV_DISABLE = 0x8,
  EV_ONESHOT = 0x10,
  EV_CLEAR = 0x20,
  EV_RECEIPT = 0x40,
  EV_ERROR = 0x4000,
  EV_EOF = 0x8000
};

#define NOTE_TRIGGER 0x01000000u
#define NOTE_EXIT 0x80000000u

#define MAX_QUEUES (1 << 16)
#define CHAINS 1024
#define MAX_READY 256
#define NANOS_PER_SECOND 1000000000LL

/* What epoll hands back: the number of a descriptor, or one of these with the number of a process or 0. */
#define PROCESS (1ULL << 32)
#define USER (1ULL << 33)

struct note {
  struct note *next;
  struct kevent as; /* as it was added */
  bool disabled;
  int pidfd; /* of EVFILT_PROC */
};

struct queue {
  struct note *chains[CHAINS];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct queue *queues[MAX_QUEUES]; /* by descriptor */
static int always_ready = -1;
static long calls;

static struct note **place_of(struct queue *queue, uintptr_t ident, short filter) {
  struct note **place = &queue->chains[ident % CHAINS];
  while (*place != NULL && ((*place)->as.ident != ident || (*place)->as.filter != filter)) {
    place = &(*place)->next;
  }
  return place;
}

static struct note *find(struct queue *queue, uintptr_t ident, short filter) {
  return *place_of(queue, ident, filter);
}

static void drop(struct queue *queue, uintptr_t ident, short filter) {
  struct note **place = place_of(queue, ident, filter);
  struct note *note = *place;
  if (note != NULL) {
    *place = note->next;
    if (note->pidfd >= 0) {
      close(note->pidfd);
    }
    free(note);
  }
}

static bool is_on(const struct note *note) {
  return note != NULL && !note->disabled;
}

/* What epoll is to look out for at a descriptor, for both of its filters. */
static uint32_t mask_of(struct queue *queue, int fd) {
  struct note *reading = find(queue, fd, EVFILT_READ);
  struct note *writing = find(queue, fd, EVFILT_WRITE);
  uint32_t mask = 0;
  bool level = false;
  if (is_on(reading)) {
    mask |= EPOLLIN | EPOLLRDHUP;
    level |= !(reading->as.flags & EV_CLEAR);
  }
  if (is_on(writing)) {
    mask |= EPOLLOUT;
    level |= !(writing->as.flags & EV_CLEAR);
  }
  return mask == 0 || level ? mask : mask | EPOLLET;
}

/* Makes the epoll entry of a descriptor what its filters need. Returns 0 or an error number. */
static int update(int kq, struct queue *queue, int fd) {
  struct epoll_event entry = {.events = mask_of(queue, fd), .data.u64 = (uint64_t)fd};
  if (entry.events == 0) {
    return epoll_ctl(kq, EPOLL_CTL_DEL, fd, &entry) == 0 ? 0 : errno;
  }
  if (epoll_ctl(kq, EPOLL_CTL_MOD, fd, &entry) == 0) {
    return 0;
  }
  return errno == ENOENT && epoll_ctl(kq, EPOLL_CTL_ADD, fd, &entry) == 0 ? 0 : errno;
}

/* Whether a descriptor that has filters is another file than the one that they were added for. */
static bool was_closed(int kq, struct queue *queue, int fd) {
  struct epoll_event entry = {.events = mask_of(queue, fd), .data.u64 = (uint64_t)fd};
  return entry.events != 0 && epoll_ctl(kq, EPOLL_CTL_MOD, fd, &entry) != 0;
}

static bool nobody_reads(int fd) {
  struct stat status;
  struct pollfd state = {.fd = fd, .events = 0};
  return fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode) && poll(&state, 1, 0) == 1
      && (state.revents & POLLERR) != 0;
}

static struct note *add(struct queue *queue, const struct kevent *change) {
  struct note **place = place_of(queue, change->ident, change->filter);
  if (*place == NULL) {
    *place = calloc(1, sizeof(struct note));
    if (*place == NULL) {
      return NULL;
    }
    (*place)->as.ident = change->ident;
    (*place)->as.filter = change->filter;
    (*place)->as.flags = change->flags & (EV_CLEAR | EV_ONESHOT);
    (*place)->pidfd = -1;
  }
  return *place;
}

/* Takes over what every change of a filter may change. */
static void modify(struct note *note, const struct kevent *change) {
  note->as.udata = change->udata;
  note->as.fflags = change->fflags;
  if (change->flags & EV_ENABLE) {
    note->disabled = false;
  }
  if (change->flags & EV_DISABLE) {
    note->disabled = true;
  }
}

static int change_descriptor(int kq, struct queue *queue, const struct kevent *change) {
  int fd = (int)change->ident;
  if (fcntl(fd, F_GETFD) < 0 || was_closed(kq, queue, fd)) {
    drop(queue, change->ident, EVFILT_READ);
    drop(queue, change->ident, EVFILT_WRITE);
  }
  if (fcntl(fd, F_GETFD) < 0) {
    return EBADF;
  }
  struct note *note = find(queue, change->ident, change->filter);
  if (change->flags & EV_DELETE) {
    if (note == NULL) {
      return ENOENT;
    }
    bool was_on = is_on(note);
    drop(queue, change->ident, change->filter);
    return was_on ? update(kq, queue, fd) : 0;
  }
  if (note == NULL) {
    if (!(change->flags & EV_ADD)) {
      return ENOENT;
    }
    if (change->filter == EVFILT_WRITE && nobody_reads(fd)) {
      return EPIPE;
    }
    note = add(queue, change);
    if (note == NULL) {
      return ENOMEM;
    }
  }
  modify(note, change);
  int error = update(kq, queue, fd);
  if (error == EPERM) { /* what epoll says of a device that does not tell when it is ready */
    error = EINVAL;
  }
  if (error == ENOENT && note->disabled) { /* there was no entry to remove */
    error = 0;
  }
  if (error != 0) {
    drop(queue, change->ident, change->filter);
  }
  return error;
}

static int change_process(int kq, struct queue *queue, const struct kevent *change) {
  struct note *note = find(queue, change->ident, EVFILT_PROC);
  if (change->flags & EV_DELETE) {
    drop(queue, change->ident, EVFILT_PROC); /* closes the pidfd, and with it the entry */
    return note == NULL ? ENOENT : 0;
  }
  if (note != NULL) {
    modify(note, change);
    return 0;
  }
  if (!(change->flags & EV_ADD)) {
    return ENOENT;
  }
  int pidfd = (int)syscall(SYS_pidfd_open, (pid_t)change->ident, 0);
  if (pidfd < 0) {
    return errno;
  }
  struct pollfd state = {.fd = pidfd, .events = POLLIN};
  struct epoll_event entry = {.events = EPOLLIN, .data.u64 = PROCESS | change->ident};
  int error = 0;
  if (poll(&state, 1, 0) != 0) {
    error = ESRCH;
  } else if ((note = add(queue, change)) == NULL) {
    error = ENOMEM;
  } else if (epoll_ctl(kq, EPOLL_CTL_ADD, pidfd, &entry) != 0) {
    error = errno;
    drop(queue, change->ident, EVFILT_PROC);
  }
  if (error != 0) {
    close(pidfd);
    return error;
  }
  modify(note, change);
  note->pidfd = pidfd;
  return 0;
}

/* Has the queue find a user event once. */
static int arm(int kq, uintptr_t ident) {
  struct epoll_event entry = {.events = EPOLLIN | EPOLLONESHOT, .data.u64 = USER | ident};
  return epoll_ctl(kq, EPOLL_CTL_MOD, always_ready, &entry) == 0 ? 0 : errno;
}

static int change_user(int kq, struct queue *queue, const struct kevent *change) {
  struct note *note = find(queue, change->ident, EVFILT_USER);
  if (change->flags & EV_DELETE) {
    drop(queue, change->ident, EVFILT_USER);
    return note == NULL ? ENOENT : 0;
  }
  if (note == NULL && !(change->flags & EV_ADD)) {
    return ENOENT;
  }
  if (note == NULL && (note = add(queue, change)) == NULL) {
    return ENOMEM;
  }
  modify(note, change);
  return change->fflags & NOTE_TRIGGER ? arm(kq, change->ident) : 0;
}

static int change_one(int kq, struct queue *queue, const struct kevent *change) {
  switch (change->filter) {
    case EVFILT_READ:
    case EVFILT_WRITE:
      return change_descriptor(kq, queue, change);
    case EVFILT_PROC:
      return change_process(kq, queue, change);
    case EVFILT_USER:
      return change_user(kq, queue, change);
    default:
      return EINVAL;
  }
}

/* Writes the event of a filter, and does what its flags ask for. */
static void emit(int kq, struct queue *queue, struct note *note, unsigned short flags, intptr_t data,
    struct kevent *event) {
  *event = note->as;
  event->flags |= flags;
  event->data = data;
  if (event->flags & EV_ONESHOT) {
    uintptr_t ident = note->as.ident;
    short filter = note->as.filter;
    drop(queue, ident, filter);
    if (filter == EVFILT_READ || filter == EVFILT_WRITE) {
      update(kq, queue, (int)ident);
    }
  }
}

/* Turns what epoll tells of one descriptor into up to two events; returns how many. */
static int translate_descriptor(
    int kq, struct queue *queue, int fd, uint32_t told, struct kevent *events, int room) {
  int count = 0;
  uint32_t broken = EPOLLERR | EPOLLHUP;
  struct note *reading = find(queue, fd, EVFILT_READ);
  if (is_on(reading) && (told & (EPOLLIN | EPOLLRDHUP | broken)) != 0 && count < room) {
    int bytes = 0;
    ioctl(fd, FIONREAD, &bytes); /* of a listener it fails, and its backlog is not known */
    unsigned short flags = told & (EPOLLRDHUP | broken) ? EV_EOF : 0;
    emit(kq, queue, reading, flags, bytes, &events[count++]);
  }
  struct note *writing = find(queue, fd, EVFILT_WRITE);
  if (is_on(writing) && (told & (EPOLLOUT | broken)) != 0 && count < room) {
    emit(kq, queue, writing, told & broken ? EV_EOF : 0, 0, &events[count++]);
  }
  return count;
}

static int translate(int kq, struct queue *queue, const struct epoll_event *ready, int ready_count,
    struct kevent *events, int max_events) {
  int count = 0;
  for (int i = 0; i < ready_count && count < max_events; i++) {
    uint64_t data = ready[i].data.u64;
    uintptr_t ident = (uint32_t)data;
    if (data & USER) {
      struct note *note = find(queue, ident, EVFILT_USER);
      if (is_on(note)) {
        if (!(note->as.flags & (EV_CLEAR | EV_ONESHOT))) {
          arm(kq, ident);
        }
        emit(kq, queue, note, 0, 0, &events[count++]);
      }
    } else if (data & PROCESS) {
      struct note *note = find(queue, ident, EVFILT_PROC);
      if (is_on(note)) {
        emit(kq, queue, note, EV_EOF | EV_ONESHOT, 0, &events[count++]);
      }
    } else {
      count += translate_descriptor(
          kq, queue, (int)ident, ready[i].events, &events[count], max_events - count);
    }
  }
  return count;
}

static long long now_nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * NANOS_PER_SECOND + now.tv_nsec;
}

/* Waits until there are events; returns 0 when the time is up, or -1. */
static int wait_for_events(
    int kq, struct queue *queue, struct kevent *events, int max_events, const struct timespec *timeout) {
  struct epoll_event ready[MAX_READY];
  int most = max_events / 2; /* for both filters of each descriptor */
  most = most < 1 ? 1 : most > MAX_READY ? MAX_READY : most;
  long long end =
      timeout == NULL ? 0 : now_nanos() + timeout->tv_sec * NANOS_PER_SECOND + timeout->tv_nsec;
  struct timespec left = timeout == NULL ? (struct timespec){0, 0} : *timeout;
  for (;;) {
    struct pollfd state = {.fd = kq, .events = POLLIN};
    if (ppoll(&state, 1, timeout == NULL ? NULL : &left, NULL) < 0) {
      return -1;
    }
    int ready_count = epoll_wait(kq, ready, most, 0);
    if (ready_count < 0) {
      return -1;
    }
    pthread_mutex_lock(&lock);
    int count = translate(kq, queue, ready, ready_count, events, max_events);
    pthread_mutex_unlock(&lock);
    if (count > 0) {
      return count;
    }
    if (timeout != NULL) {
      long long nanos = end - now_nanos();
      if (nanos <= 0) {
        return 0;
      }
      left.tv_sec = nanos / NANOS_PER_SECOND;
      left.tv_nsec = nanos % NANOS_PER_SECOND;
    }
  }
}

int kqueue(void) {
  pthread_mutex_lock(&lock);
  int kq = epoll_create1(EPOLL_CLOEXEC);
  if (always_ready < 0) {
    always_ready = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
  }
  struct epoll_event entry = {.events = EPOLLONESHOT, .data.u64 = USER};
  if (kq >= 0
      && (kq >= MAX_QUEUES || epoll_ctl(kq, EPOLL_CTL_ADD, always_ready, &entry) != 0)) {
    close(kq);
    errno = EMFILE;
    kq = -1;
  }
  if (kq >= 0) {
    if (queues[kq] == NULL) {
      queues[kq] = calloc(1, sizeof(struct queue));
    }
    for (int i = 0; i < CHAINS; i++) { /* those of a queue that had the number and was closed */
      while (queues[kq]->chains[i] != NULL) {
        struct note *note = queues[kq]->chains[i];
        drop(queues[kq], note->as.ident, note->as.filter);
      }
    }
  }
  pthread_mutex_unlock(&lock);
  return kq;
}

int kevent(int kq, const struct kevent *changes, int change_count, struct kevent *events,
    int max_events, const struct timespec *timeout) {
  if (kq < 0 || kq >= MAX_QUEUES || queues[kq] == NULL) {
    errno = EBADF;
    return -1;
  }
  struct queue *queue = queues[kq];
  int answers = 0;
  pthread_mutex_lock(&lock);
  calls++;
  for (int i = 0; i < change_count; i++) {
    struct kevent change = changes[i]; /* a copy: both arrays may be one and the same */
    int error = change_one(kq, queue, &change);
    if ((error != 0 || (change.flags & EV_RECEIPT) != 0) && answers < max_events) {
      events[answers] = change;
      events[answers].flags = EV_ERROR;
      events[answers].data = error;
      answers++;
    } else if (error != 0) {
      pthread_mutex_unlock(&lock);
      errno = error;
      return -1;
    }
  }
  pthread_mutex_unlock(&lock);
  return answers > 0 || max_events == 0 ? answers
                                        : wait_for_events(kq, queue, events, max_events, timeout);
}

/* How often kevent was called so far, for tests of how often it need be. */
long kevent_calls(void) {
  pthread_mutex_lock(&lock);
  long count = calls;
  pthread_mutex_unlock(&lock);
  return count;
}
