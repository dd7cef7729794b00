/* SPDX-License-Identifier: Apache-2.0 */
/*
 * File descriptor flags and commands. fcntl(2), open(2).
 *
 * Source: xnu's bsd/sys/fcntl.h.
 */
#ifndef CULEBRA_DARWIN_FCNTL_H
#define CULEBRA_DARWIN_FCNTL_H

#define O_RDONLY 0x0000
#define O_WRONLY 0x0001
#define O_RDWR 0x0002
#define O_NONBLOCK 0x00000004
#define O_APPEND 0x00000008
#define O_CREAT 0x00000200
#define O_TRUNC 0x00000400
#define O_CLOEXEC 0x01000000

#define F_GETFD 1
#define F_SETFD 2
#define F_GETFL 3
#define F_SETFL 4
#define FD_CLOEXEC 1
#define F_DUPFD_CLOEXEC 67

#endif
