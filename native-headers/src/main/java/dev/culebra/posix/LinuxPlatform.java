// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.culebra.PosixSignal;
import dev.culebra.posix.linux.linux_h;
import dev.culebra.posix.linux.sockaddr_in;
import dev.culebra.posix.linux.sockaddr_in6;
import dev.culebra.posix.linux.sockaddr_un;
import dev.culebra.spi.Poller;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/** Linux: flags at birth, a 16-bit address family, and buffer sizes that the kernel doubles. */
final class LinuxPlatform implements Platform {

  private static final int FLAGS = linux_h.SOCK_NONBLOCK() | linux_h.SOCK_CLOEXEC();

  /** The first descriptor behind the three streams. */
  private static final int FIRST_OTHER = 3;

  @Override
  public int openStream(CallState calls, int family) {
    return Libc.socket(calls, family, Constants.SOCK_STREAM | FLAGS, 0);
  }

  /** By itself a socket hears every group that some socket of its host has joined: ip(7). */
  @Override
  public int openDatagram(CallState calls, int family) {
    int fd = Libc.socket(calls, family, Constants.SOCK_DGRAM | FLAGS, 0);
    if (fd < 0) {
      return fd;
    }
    if (family == Constants.AF_INET6) { // since Linux 4.20; before, there is no help
      int ignored = SocketOptions.setFlag(
          calls, fd, Constants.IPPROTO_IPV6, linux_h.IPV6_MULTICAST_ALL(), false);
    }
    int result =
        SocketOptions.setFlag(calls, fd, Constants.IPPROTO_IP, linux_h.IP_MULTICAST_ALL(), false);
    if (result < 0) {
      Libc.close(fd);
      return result;
    }
    return fd;
  }

  @Override
  public PosixDgramSocket datagramSocket(Poller poller, CallState calls, int family, int fd) {
    return new LinuxDgramSocket(poller, calls, family, fd);
  }

  @Override
  public boolean inet6JoinsInet() {
    return true;
  }

  @Override
  public int accept(CallState calls, int fd) {
    return LinuxCalls.accept4(calls, fd, FLAGS);
  }

  @Override
  public int openPipe(CallState calls) {
    return LinuxCalls.pipe2(calls, Constants.O_CLOEXEC);
  }

  /** The kernel itself cuts the length to what it sends at once, 2 GiB less a page. */
  @Override
  public long sendFile(CallState calls, int fd, int file, long position, long lengthBytes) {
    calls.value.set(JAVA_LONG, 0, position);
    return LinuxCalls.sendfile(calls, fd, file, lengthBytes);
  }

  @Override
  public SockaddrLayout addresses() {
    return Addresses.LAYOUT;
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

  @Override
  public Map<Integer, String> errorNames() {
    return LinuxErrors.NAMES;
  }

  /** Of glibc and musl both: the plain name is another function in glibc. */
  @Override
  public String strerror() {
    return "__xpg_strerror_r";
  }

  @Override
  public boolean canSpawn() {
    return Link.has("posix_spawn_file_actions_addclosefrom_np")
        && Link.has("posix_spawn_file_actions_addchdir_np");
  }

  /** By the last action, when the streams have been moved into their places. */
  @Override
  public int keepStreamsOnly(MemorySegment actions, int[] childEnds) {
    return ProcessCalls.posix_spawn_file_actions_addclosefrom_np(actions, FIRST_OTHER);
  }

  /** Read when the first address is translated. */
  private static final class Addresses {
    static final SockaddrLayout LAYOUT = new SockaddrLayout(
        linux_h.AF_INET(),
        linux_h.AF_INET6(),
        linux_h.AF_UNIX(),
        (int) sockaddr_in.sizeof(),
        (int) sockaddr_in.sin_port$offset(),
        (int) sockaddr_in.sin_addr$offset(),
        (int) sockaddr_in6.sizeof(),
        (int) sockaddr_in6.sin6_port$offset(),
        (int) sockaddr_in6.sin6_addr$offset(),
        (int) sockaddr_in6.sin6_scope_id$offset(),
        (int) sockaddr_un.sizeof(),
        (int) sockaddr_un.sun_path$offset());
  }
}
