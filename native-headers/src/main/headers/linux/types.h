/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C types that the other headers are written with.
 *
 * Source: the compiler's own predefined macros, so that the sizes are those of the target that is
 * asked for and not of the machine that jextract runs on. socklen_t and sa_family_t are fixed by
 * the kernel (include/linux/socket.h) and by both glibc and musl.
 */
#ifndef CULEBRA_LINUX_TYPES_H
#define CULEBRA_LINUX_TYPES_H

typedef __SIZE_TYPE__ size_t;
typedef long ssize_t;
typedef long off_t; /* 64-bit on every 64-bit Linux */
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long uint64_t;
typedef uint32_t socklen_t;
typedef uint16_t sa_family_t;

#endif
