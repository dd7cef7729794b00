/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes and signals. posix_spawn(2), posix_spawnattr_setflags(3), wait(2), signal(3).
 *
 * Sources: xnu's bsd/sys/spawn.h, bsd/sys/wait.h, bsd/sys/signal.h.
 */
#ifndef CULEBRA_DARWIN_PROCESS_H
#define CULEBRA_DARWIN_PROCESS_H

#define POSIX_SPAWN_SETSIGDEF 0x0004
#define POSIX_SPAWN_SETSIGMASK 0x0008
#define POSIX_SPAWN_SETSID 0x0400           /* macOS 10.15 */
#define POSIX_SPAWN_CLOEXEC_DEFAULT 0x4000 /* nothing is inherited but what the actions name */

#define WNOHANG 0x00000001

#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGILL 4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGFPE 8
#define SIGKILL 9
#define SIGBUS 10
#define SIGSEGV 11
#define SIGSYS 12
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGURG 16
#define SIGSTOP 17
#define SIGTSTP 18
#define SIGCONT 19
#define SIGCHLD 20
#define SIGTTIN 21
#define SIGTTOU 22
#define SIGXCPU 24
#define SIGXFSZ 25
#define SIGVTALRM 26
#define SIGPROF 27
#define SIGWINCH 28
#define SIGUSR1 30
#define SIGUSR2 31

#endif
