/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The libc functions that are called, each declared as in the SYNOPSIS of its man page, section 2.
 *
 * The C probe includes this file after the system's own headers, with CULEBRA_PROBE defined: a
 * declaration that differs from the system's is then a compiler error. So no type is defined here.
 */
#ifndef CULEBRA_LINUX_FUNCTIONS_H
#define CULEBRA_LINUX_FUNCTIONS_H

#ifndef CULEBRA_PROBE
#include "types.h"
#endif

struct epoll_event;
struct iovec;
struct mmsghdr;
struct msghdr;
struct sockaddr;
struct timespec;

/* epoll and eventfd. A mask for signals is never given: NULL. */
int epoll_create1(int flags);
int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event);
int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout);
#ifdef CULEBRA_PROBE
int epoll_pwait2(int epfd, struct epoll_event *events, int maxevents,
                 const struct timespec *timeout, const sigset_t *sigmask);
#else
/* Linux 5.11, glibc 2.35: the symbol is optional. */
int epoll_pwait2(int epfd, struct epoll_event *events, int maxevents,
                 const struct timespec *timeout, const void *sigmask);
#endif
int eventfd(unsigned int initval, int flags);

/* Sockets. */
int socket(int domain, int type, int protocol);
int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen);
int listen(int sockfd, int backlog);
int accept4(int sockfd, struct sockaddr *addr, socklen_t *addrlen, int flags);
int connect(int sockfd, const struct sockaddr *addr, socklen_t addrlen);
int shutdown(int sockfd, int how);
int getsockname(int sockfd, struct sockaddr *addr, socklen_t *addrlen);
int getpeername(int sockfd, struct sockaddr *addr, socklen_t *addrlen);
int getsockopt(int sockfd, int level, int optname, void *optval, socklen_t *optlen);
int setsockopt(int sockfd, int level, int optname, const void *optval, socklen_t optlen);

/* Bytes in and out. */
ssize_t read(int fd, void *buf, size_t count);
ssize_t readv(int fd, const struct iovec *iov, int iovcnt);
ssize_t recv(int sockfd, void *buf, size_t len, int flags);
ssize_t recvfrom(int sockfd, void *buf, size_t len, int flags, struct sockaddr *addr,
                 socklen_t *addrlen);
ssize_t recvmsg(int sockfd, struct msghdr *msg, int flags);
int recvmmsg(int sockfd, struct mmsghdr *msgvec, unsigned int vlen, int flags,
             struct timespec *timeout);
ssize_t write(int fd, const void *buf, size_t count);
ssize_t writev(int fd, const struct iovec *iov, int iovcnt);
ssize_t send(int sockfd, const void *buf, size_t len, int flags);
ssize_t sendto(int sockfd, const void *buf, size_t len, int flags, const struct sockaddr *addr,
               socklen_t addrlen);
ssize_t sendmsg(int sockfd, const struct msghdr *msg, int flags);
int sendmmsg(int sockfd, struct mmsghdr *msgvec, unsigned int vlen, int flags);
ssize_t sendfile(int out_fd, int in_fd, off_t *offset, size_t count);

/* File descriptors and files. */
int pipe2(int *pipefd, int flags);
int dup2(int oldfd, int newfd);
int close(int fd);
int unlink(const char *pathname);
#ifdef CULEBRA_PROBE
int fcntl(int fd, int op, ...);
int open(const char *pathname, int flags, ...);
#else
/* Variadic in C, and to be linked with firstVariadicArg(2). For a variadic function jextract emits
   an invoker and no descriptor; so it is shown the only form that is used, with an int. */
int fcntl(int fd, int op, int arg);
/* Variadic likewise; the mode is for files that are created, which none is here. */
int open(const char *pathname, int flags, int mode);
#endif

/* Processes. What POSIX leaves opaque is memory to be passed on. */
#ifdef CULEBRA_PROBE
int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *file_actions,
                 const posix_spawnattr_t *attrp, char *const argv[], char *const envp[]);
int posix_spawn_file_actions_init(posix_spawn_file_actions_t *file_actions);
int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *file_actions);
int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *file_actions, int fildes,
                                     int newfildes);
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *file_actions,
                                         const char *path);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *file_actions, int from);
int posix_spawnattr_init(posix_spawnattr_t *attr);
int posix_spawnattr_destroy(posix_spawnattr_t *attr);
int posix_spawnattr_setflags(posix_spawnattr_t *attr, short flags);
int posix_spawnattr_setsigdefault(posix_spawnattr_t *attr, const sigset_t *sigdefault);
int posix_spawnattr_setsigmask(posix_spawnattr_t *attr, const sigset_t *sigmask);
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
pid_t waitpid(pid_t pid, int *wstatus, int options);
int kill(pid_t pid, int sig);
long syscall(long number, ...);
#else
int posix_spawnp(int *pid, const char *file, const void *file_actions, const void *attrp,
                 char *const *argv, char *const *envp);
int posix_spawn_file_actions_init(void *file_actions);
int posix_spawn_file_actions_destroy(void *file_actions);
int posix_spawn_file_actions_adddup2(void *file_actions, int fildes, int newfildes);
/* glibc 2.29, musl 1.1.24. */
int posix_spawn_file_actions_addchdir_np(void *file_actions, const char *path);
/* glibc 2.34: the symbol is optional. */
int posix_spawn_file_actions_addclosefrom_np(void *file_actions, int from);
int posix_spawnattr_init(void *attr);
int posix_spawnattr_destroy(void *attr);
int posix_spawnattr_setflags(void *attr, short flags);
int posix_spawnattr_setsigdefault(void *attr, const void *sigdefault);
int posix_spawnattr_setsigmask(void *attr, const void *sigmask);
int sigemptyset(void *set);
int sigfillset(void *set);
int waitpid(int pid, int *wstatus, int options);
int kill(int pid, int sig);
/* Variadic, and to be linked with firstVariadicArg(1); the form is that of pidfd_open(2), which older
   libcs lack. */
long syscall(long number, int pid, unsigned int flags);
#endif

/* The strerror_r(3) of POSIX, under the name that glibc and musl both export it by, for the plain
   name is another function in glibc. No header of theirs declares it so. */
int __xpg_strerror_r(int errnum, char *buf, size_t buflen);

#endif
