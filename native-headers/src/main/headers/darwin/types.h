/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C types that the other headers are written with, on 64-bit Darwin.
 *
 * Sources: the compiler's own predefined macros for size_t; xnu's bsd/arm/_types.h and
 * bsd/i386/_types.h (__int64_t and __uint64_t are long long, __darwin_ssize_t, __darwin_intptr_t
 * and __darwin_time_t long), bsd/sys/_types.h (__darwin_off_t is __int64_t, __darwin_pid_t and
 * __darwin_socklen_t 32 bits) and bsd/sys/_types/_sa_family_t.h (8 bits: a length stands before it).
 */
#ifndef CULEBRA_DARWIN_TYPES_H
#define CULEBRA_DARWIN_TYPES_H

typedef __SIZE_TYPE__ size_t;
typedef long ssize_t;
typedef long long off_t;
typedef signed char int8_t;
typedef short int16_t;
typedef int int32_t;
typedef long long int64_t;
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long long uint64_t;
typedef long intptr_t;
typedef unsigned long uintptr_t;
typedef uint32_t socklen_t;
typedef uint8_t sa_family_t;

#endif
