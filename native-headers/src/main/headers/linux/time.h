/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct timespec, the timeout of epoll_pwait2(2) and recvmmsg(2).
 *
 * Source: the kernel's include/uapi/linux/time_types.h (struct __kernel_timespec), which 64-bit
 * libcs hand out as it is.
 */
#ifndef CULEBRA_LINUX_TIME_H
#define CULEBRA_LINUX_TIME_H

struct timespec {
  long tv_sec;
  long tv_nsec; /* 0 to 999,999,999 */
};

#endif
