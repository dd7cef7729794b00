/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions of libSystem that are called, each declared as in the SYNOPSIS of its man page.
 *
 * Sources: xnu's bsd/sys/event.h, bsd/sys/socket.h and libsyscall/wrappers/spawn/spawn.h; what POSIX
 * has is declared as there. pid_t is an int, off_t has 64 bits.
 */
#ifndef CULEBRA_DARWIN_FUNCTIONS_H
#define CULEBRA_DARWIN_FUNCTIONS_H

#include "types.h"

struct iovec;
struct kevent;
struct msghdr;
struct sf_hdtr;
struct sockaddr;
struct timespec;

/* kqueue. */
int kqueue(void);
int kevent(int kq, const struct kevent *changelist, int nchanges, struct kevent *eventlist,
           int nevents, const struct timespec *timeout);

/* Sockets. There is no accept4, and socket takes no flags. */
int socket(int domain, int type, int protocol);
int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen);
int listen(int sockfd, int backlog);
int accept(int sockfd, struct sockaddr *addr, socklen_t *addrlen);
int connect(int sockfd, const struct sockaddr *addr, socklen_t addrlen);
int shutdown(int sockfd, int how);
int getsockname(int sockfd, struct sockaddr *addr, socklen_t *addrlen);
int getpeername(int sockfd, struct sockaddr *addr, socklen_t *addrlen);
int getsockopt(int sockfd, int level, int optname, void *optval, socklen_t *optlen);
int setsockopt(int sockfd, int level, int optname, const void *optval, socklen_t optlen);

/* Bytes in and out. There are no recvmmsg and sendmmsg. */
ssize_t read(int fd, void *buf, size_t count);
ssize_t readv(int fd, const struct iovec *iov, int iovcnt);
ssize_t recv(int sockfd, void *buf, size_t len, int flags);
ssize_t recvfrom(int sockfd, void *buf, size_t len, int flags, struct sockaddr *addr,
                 socklen_t *addrlen);
ssize_t recvmsg(int sockfd, struct msghdr *msg, int flags);
ssize_t write(int fd, const void *buf, size_t count);
ssize_t writev(int fd, const struct iovec *iov, int iovcnt);
ssize_t send(int sockfd, const void *buf, size_t len, int flags);
ssize_t sendto(int sockfd, const void *buf, size_t len, int flags, const struct sockaddr *addr,
               socklen_t addrlen);
ssize_t sendmsg(int sockfd, const struct msghdr *msg, int flags);
/* The length goes in, and what was sent comes out, after EAGAIN and EINTR too; 0 means all there is. */
int sendfile(int fd, int s, off_t offset, off_t *len, struct sf_hdtr *hdtr, int flags);

/* File descriptors and files. There is no pipe2. */
int pipe(int *pipefd);
int dup2(int oldfd, int newfd);
int close(int fd);
int unlink(const char *pathname);
/* Variadic in C, and to be linked with firstVariadicArg(2): on arm64 what stands behind the ... goes
   on the stack. For a variadic function jextract emits an invoker and no descriptor; so it is shown
   the only form that is used, with an int. */
int fcntl(int fd, int cmd, int arg);
/* Variadic likewise; a mode_t, which has 16 bits, is promoted to an int. */
int open(const char *pathname, int flags, int mode);

/* Processes. What POSIX leaves opaque is memory to be passed on: here two pointers, and 4 bytes of
   signals. */
int posix_spawnp(int *pid, const char *file, const void *file_actions, const void *attrp,
                 char *const *argv, char *const *envp);
int posix_spawn_file_actions_init(void *file_actions);
int posix_spawn_file_actions_destroy(void *file_actions);
int posix_spawn_file_actions_adddup2(void *file_actions, int fildes, int newfildes);
/* macOS 10.7. */
int posix_spawn_file_actions_addinherit_np(void *file_actions, int fildes);
/* macOS 10.15. */
int posix_spawn_file_actions_addchdir_np(void *file_actions, const char *path);
int posix_spawnattr_init(void *attr);
int posix_spawnattr_destroy(void *attr);
int posix_spawnattr_setflags(void *attr, short flags);
int posix_spawnattr_setsigdefault(void *attr, const void *sigdefault);
int posix_spawnattr_setsigmask(void *attr, const void *sigmask);
int sigemptyset(void *set);
int sigfillset(void *set);
int waitpid(int pid, int *wstatus, int options);
int kill(int pid, int sig);

/* That of POSIX: it returns the error, and fills the buffer for an unknown number too. */
int strerror_r(int errnum, char *buf, size_t buflen);

#endif
