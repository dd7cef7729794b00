/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct timespec, the timeout of kevent(2).
 *
 * Source: xnu's bsd/sys/_types/_timespec.h; time_t is a long.
 */
#ifndef CULEBRA_DARWIN_TIME_H
#define CULEBRA_DARWIN_TIME_H

struct timespec {
  long tv_sec;
  long tv_nsec; /* 0 to 999,999,999 */
};

#endif
