/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kqueue: filters, actions, flags and struct kevent. kqueue(2).
 *
 * Source: xnu's bsd/sys/event.h. The same on arm64 and x86-64.
 */
#ifndef CULEBRA_DARWIN_EVENT_H
#define CULEBRA_DARWIN_EVENT_H

#include "time.h"
#include "types.h"

/* Filters: what is watched. */
#define EVFILT_READ (-1)
#define EVFILT_WRITE (-2)
#define EVFILT_VNODE (-4)
#define EVFILT_PROC (-5)
#define EVFILT_SIGNAL (-6)
#define EVFILT_TIMER (-7)
#define EVFILT_USER (-10) /* -11 on FreeBSD */
#define EVFILT_EXCEPT (-15)

/* Actions. */
#define EV_ADD 0x0001 /* adds or changes, and enables */
#define EV_DELETE 0x0002
#define EV_ENABLE 0x0004
#define EV_DISABLE 0x0008

/* Flags. */
#define EV_ONESHOT 0x0010
#define EV_CLEAR 0x0020         /* reported again only after a change: edge-triggered */
#define EV_RECEIPT 0x0040       /* answers each change, with EV_ERROR and data 0 if it succeeded */
#define EV_DISPATCH 0x0080      /* disabled once reported */
#define EV_UDATA_SPECIFIC 0x0100 /* udata is part of what identifies the event */

/* What an event that is returned may have. */
#define EV_EOF 0x8000   /* on a filter for reading, there may be data left; fflags has the errno */
#define EV_ERROR 0x4000 /* data has the errno of the change */

/* fflags of EVFILT_READ and EVFILT_WRITE. */
#define NOTE_LOWAT 0x00000001 /* data is how many bytes make it ready */

/* fflags of EVFILT_USER. */
#define NOTE_TRIGGER 0x01000000
#define NOTE_FFNOP 0x00000000 /* leaves the stored fflags as they are */

/* fflags of EVFILT_PROC. */
#define NOTE_EXIT 0x80000000
#define NOTE_FORK 0x40000000
#define NOTE_EXEC 0x20000000
#define NOTE_EXITSTATUS 0x04000000 /* data is then the status as of wait(2); not on FreeBSD */

/* Packed to 4 bytes, which moves no member: it only lowers the alignment of the whole. */
#pragma pack(push, 4)
struct kevent {
  uintptr_t ident; /* a descriptor, a process id, or any number for EVFILT_USER */
  int16_t filter;
  uint16_t flags;
  uint32_t fflags;
  intptr_t data;
  void *udata; /* handed back as it is */
};
#pragma pack(pop)

#endif
