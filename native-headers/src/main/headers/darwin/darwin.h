/* SPDX-License-Identifier: Apache-2.0 */
/* Everything, for it is all the same on arm64 and x86-64: what dev.culebra.posix.darwin has. */
#include "errno.h"
#include "event.h"
#include "fcntl.h"
#include "functions.h"
#include "process.h"
#include "socket.h"
#include "time.h"
