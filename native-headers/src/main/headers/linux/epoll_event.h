/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct epoll_event, the one layout here that depends on the architecture: on x86-64 it is packed
 * (12 bytes, data at 4), so that 32-bit programs see the same; everywhere else it has its natural
 * alignment (16 bytes, data at 8).
 *
 * Source: the kernel's include/uapi/linux/eventpoll.h (EPOLL_PACKED). epoll_ctl(2) has `data` as a
 * union; Culebra keeps 64-bit registration ids in it and names it as the kernel does.
 */
#ifndef CULEBRA_LINUX_EPOLL_EVENT_H
#define CULEBRA_LINUX_EPOLL_EVENT_H

#include "types.h"

struct epoll_event {
  uint32_t events;
  uint64_t data;
}
#ifdef __x86_64__
__attribute__((packed))
#endif
;

#endif
