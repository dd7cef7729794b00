/* SPDX-License-Identifier: Apache-2.0 */
/*
 * epoll: the event masks and the control operations. epoll(7), epoll_ctl(2).
 *
 * Source: the kernel's include/uapi/linux/eventpoll.h. The same on every architecture, except for
 * the layout of struct epoll_event, which has a header of its own: epoll_event.h.
 */
#ifndef CULEBRA_LINUX_EPOLL_H
#define CULEBRA_LINUX_EPOLL_H

#define EPOLLIN 0x00000001
#define EPOLLOUT 0x00000004
#define EPOLLERR 0x00000008     /* always reported, never asked for */
#define EPOLLHUP 0x00000010     /* always reported, never asked for */
#define EPOLLRDHUP 0x00002000   /* the peer shut down its writing half */
#define EPOLLEXCLUSIVE (1u << 28)
#define EPOLLONESHOT (1u << 30)
#define EPOLLET (1u << 31)

#define EPOLL_CTL_ADD 1
#define EPOLL_CTL_DEL 2
#define EPOLL_CTL_MOD 3

#define EPOLL_CLOEXEC 02000000 /* = O_CLOEXEC */

/* eventfd(2); the kernel's include/uapi/linux/eventfd.h. */
#define EFD_NONBLOCK 04000    /* = O_NONBLOCK */
#define EFD_CLOEXEC 02000000  /* = O_CLOEXEC */

#endif
