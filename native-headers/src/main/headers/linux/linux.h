/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that is the same on x86-64 and aarch64: what the package dev.culebra.posix.linux has. */
#include "epoll.h"
#include "errno.h"
#include "fcntl.h"
#include "functions.h"
#include "process.h"
#include "socket.h"
#include "time.h"
