// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.culebra.PosixSignal;
import dev.culebra.posix.linux.linux_h;
import java.lang.foreign.MemorySegment;

/** Linux: flags at birth, a 16-bit address family, and buffer sizes that the kernel doubles. */
final class LinuxPlatform implements Platform {

  private static final int FLAGS = linux_h.SOCK_NONBLOCK() | linux_h.SOCK_CLOEXEC();

  @Override
  public int openStream(CallState calls, int family) {
    return Libc.socket(calls, family, Constants.SOCK_STREAM | FLAGS, 0);
  }

  @Override
  public int openDatagram(CallState calls, int family) {
    return Libc.socket(calls, family, Constants.SOCK_DGRAM | FLAGS, 0);
  }

  @Override
  public int accept(CallState calls, int fd) {
    return Libc.accept4(calls, fd, FLAGS);
  }

  @Override
  public int openPipe(CallState calls) {
    return Libc.pipe2(calls, Constants.O_CLOEXEC);
  }

  /** The kernel itself cuts the length to what it sends at once, 2 GiB less a page. */
  @Override
  public long sendFile(CallState calls, int fd, int file, long position, long lengthBytes) {
    calls.value.set(JAVA_LONG, 0, position);
    return Libc.sendfile(calls, fd, file, lengthBytes);
  }

  @Override
  public void putFamily(MemorySegment address, int family, int lengthBytes) {
    address.set(JAVA_SHORT, 0, (short) family);
  }

  @Override
  public boolean hasAbstractNames() {
    return true;
  }

  @Override
  public int family(MemorySegment address) {
    return address.get(JAVA_SHORT, 0);
  }

  /** Half: socket(7) says that the kernel doubles what was set, and reports the double. */
  @Override
  public int bufferSize(int kernelValue) {
    return kernelValue / 2;
  }

  @Override
  public int number(PosixSignal signal) {
    return switch (signal) {
      case SIGHUP -> linux_h.SIGHUP();
      case SIGINT -> linux_h.SIGINT();
      case SIGQUIT -> linux_h.SIGQUIT();
      case SIGILL -> linux_h.SIGILL();
      case SIGTRAP -> linux_h.SIGTRAP();
      case SIGABRT -> linux_h.SIGABRT();
      case SIGBUS -> linux_h.SIGBUS();
      case SIGFPE -> linux_h.SIGFPE();
      case SIGKILL -> linux_h.SIGKILL();
      case SIGUSR1 -> linux_h.SIGUSR1();
      case SIGSEGV -> linux_h.SIGSEGV();
      case SIGUSR2 -> linux_h.SIGUSR2();
      case SIGPIPE -> linux_h.SIGPIPE();
      case SIGALRM -> linux_h.SIGALRM();
      case SIGTERM -> linux_h.SIGTERM();
      case SIGCHLD -> linux_h.SIGCHLD();
      case SIGCONT -> linux_h.SIGCONT();
      case SIGSTOP -> linux_h.SIGSTOP();
      case SIGTSTP -> linux_h.SIGTSTP();
      case SIGTTIN -> linux_h.SIGTTIN();
      case SIGTTOU -> linux_h.SIGTTOU();
      case SIGURG -> linux_h.SIGURG();
      case SIGXCPU -> linux_h.SIGXCPU();
      case SIGXFSZ -> linux_h.SIGXFSZ();
      case SIGVTALRM -> linux_h.SIGVTALRM();
      case SIGPROF -> linux_h.SIGPROF();
      case SIGWINCH -> linux_h.SIGWINCH();
      case SIGSYS -> linux_h.SIGSYS();
    };
  }
}
