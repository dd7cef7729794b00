/* SPDX-License-Identifier: Apache-2.0 */
/*
 * File descriptor flags and commands. fcntl(2), open(2).
 *
 * Source: the kernel's include/uapi/asm-generic/fcntl.h. The values chosen here are the same on
 * x86-64 and aarch64; O_DIRECTORY, O_NOFOLLOW, O_DIRECT and O_LARGEFILE are not, so leave them out.
 */
#ifndef CULEBRA_LINUX_FCNTL_H
#define CULEBRA_LINUX_FCNTL_H

#define O_RDONLY 00
#define O_WRONLY 01
#define O_RDWR 02
#define O_CREAT 0100
#define O_TRUNC 01000
#define O_APPEND 02000
#define O_NONBLOCK 04000
#define O_CLOEXEC 02000000

#define F_GETFD 1
#define F_SETFD 2
#define F_GETFL 3
#define F_SETFL 4
#define FD_CLOEXEC 1
#define F_DUPFD_CLOEXEC 1030

#endif
