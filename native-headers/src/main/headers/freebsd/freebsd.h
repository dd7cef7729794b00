/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kqueue: filters, actions, flags and struct kevent, as of FreeBSD 12. kqueue(2).
 *
 * Source: FreeBSD's sys/sys/event.h, and sys/sys/_timespec.h. The same on amd64 and arm64. Until
 * FreeBSD 11 the struct had no ext and was 32 bytes long; the function has kept its name and got a
 * new version of its symbol.
 */
#ifndef CULEBRA_FREEBSD_FREEBSD_H
#define CULEBRA_FREEBSD_FREEBSD_H

/* As of sys/x86/include/_types.h and sys/arm64/include/_types.h: 64-bit types are long. */
typedef long int64_t;
typedef unsigned long uint64_t;
typedef unsigned long uintptr_t;

/* Filters: what is watched. */
#define EVFILT_READ (-1)
#define EVFILT_WRITE (-2)
#define EVFILT_VNODE (-4)
#define EVFILT_PROC (-5)
#define EVFILT_SIGNAL (-6)
#define EVFILT_TIMER (-7)
#define EVFILT_PROCDESC (-8)
#define EVFILT_USER (-11) /* -10 on Darwin */

/* Actions. */
#define EV_ADD 0x0001 /* adds or changes, and enables */
#define EV_DELETE 0x0002
#define EV_ENABLE 0x0004
#define EV_DISABLE 0x0008

/* Flags. */
#define EV_ONESHOT 0x0010
#define EV_CLEAR 0x0020    /* reported again only after a change: edge-triggered */
#define EV_RECEIPT 0x0040  /* answers each change, with EV_ERROR and data 0 if it succeeded */
#define EV_DISPATCH 0x0080 /* disabled once reported */

/* What an event that is returned may have. */
#define EV_EOF 0x8000   /* on a filter for reading, there may be data left; fflags has the errno */
#define EV_ERROR 0x4000 /* data has the errno of the change */

/* fflags of EVFILT_READ and EVFILT_WRITE. */
#define NOTE_LOWAT 0x0001 /* data is how many bytes make it ready */

/* fflags of EVFILT_USER. */
#define NOTE_TRIGGER 0x01000000
#define NOTE_FFNOP 0x00000000 /* leaves the stored fflags as they are */

/* fflags of EVFILT_PROC: NOTE_EXIT's data is always the status, as of wait(2). */
#define NOTE_EXIT 0x80000000
#define NOTE_FORK 0x40000000
#define NOTE_EXEC 0x20000000

struct timespec {
  long tv_sec;
  long tv_nsec; /* 0 to 999,999,999 */
};

struct kevent {
  uintptr_t ident; /* a descriptor, a process id, or any number for EVFILT_USER */
  short filter;
  unsigned short flags;
  unsigned int fflags;
  int64_t data;
  void *udata; /* handed back as it is */
  uint64_t ext[4];
};

int kqueue(void);
int kevent(int kq, const struct kevent *changelist, int nchanges, struct kevent *eventlist,
           int nevents, const struct timespec *timeout);

#endif
