// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.culebra.PosixSignal;
import dev.culebra.posix.darwin.darwin_h;
import dev.culebra.posix.darwin.sockaddr;
import dev.culebra.posix.darwin.sockaddr_in;
import dev.culebra.posix.darwin.sockaddr_in6;
import dev.culebra.posix.darwin.sockaddr_un;
import dev.culebra.spi.Poller;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * Darwin: descriptors get their flags after their birth, by {@code fcntl}; addresses begin with their
 * length and an 8-bit family; a child is given what it is to inherit.
 *
 * <p>A descriptor without flags can slip into a process that another thread starts at this very moment.
 * Those of Culebra are started with {@code POSIX_SPAWN_CLOEXEC_DEFAULT}, those of the JDK close what is
 * not theirs.
 */
final class DarwinPlatform implements Platform {

  private static final long LENGTH = sockaddr.sa_len$offset();
  private static final long FAMILY = sockaddr.sa_family$offset();

  private static final int INT_LENGTH = (int) JAVA_INT.byteSize();

  /** What fits into a UDP datagram over IPv6; over IPv4 it is 20 less. */
  private static final int MAX_DATAGRAM_BYTES = 65_527;

  private final int noSignalOption;

  DarwinPlatform() {
    this(darwin_h.SO_NOSIGPIPE());
  }

  /** For tests on a system that has no such option: they name another one. */
  DarwinPlatform(int noSignalOption) {
    this.noSignalOption = noSignalOption;
  }

  @Override
  public int openStream(CallState calls, int family) {
    return prepared(calls, Libc.socket(calls, family, Constants.SOCK_STREAM, 0));
  }

  /**
   * A socket of Darwin's hears no group but its own anyway. It would refuse to send more than 9 KiB at
   * once, which is the default of its send buffer.
   */
  @Override
  public int openDatagram(CallState calls, int family) {
    int fd = prepared(calls, Libc.socket(calls, family, Constants.SOCK_DGRAM, 0));
    if (fd >= 0) {
      int level = Constants.SOL_SOCKET;
      int name = Constants.SO_SNDBUF;
      int result = Libc.getsockopt(calls, fd, level, name, INT_LENGTH);
      if (result >= 0 && calls.value.get(JAVA_INT, 0) < MAX_DATAGRAM_BYTES) {
        calls.value.set(JAVA_INT, 0, MAX_DATAGRAM_BYTES);
        int ignored = Libc.setsockopt(calls, fd, level, name, INT_LENGTH);
      }
    }
    return fd;
  }

  @Override
  public PosixDgramSocket datagramSocket(Poller poller, CallState calls, int family, int fd) {
    return new PosixDgramSocket(poller, calls, family, fd);
  }

  /** The kernel refuses every option of IPv4 to a socket of IPv6. */
  @Override
  public boolean inet6JoinsInet() {
    return false;
  }

  /**
   * A connection that its peer has given up meanwhile comes without an address, and refuses options: it
   * is passed over like one that {@code accept} itself reports as aborted.
   */
  @Override
  public int accept(CallState calls, int fd) {
    int accepted = DarwinCalls.accept(calls, fd);
    if (accepted >= 0 && calls.addressLength.get(JAVA_INT, 0) == 0) {
      Libc.close(accepted);
      return -darwin_h.ECONNABORTED();
    }
    int result = prepared(calls, accepted);
    return accepted >= 0 && result < 0 ? -darwin_h.ECONNABORTED() : result;
  }

  /** Gives a newborn socket, if it is one, what Linux's are born with, or closes it. */
  private int prepared(CallState calls, int fd) {
    if (fd < 0) {
      return fd;
    }
    int result = Libc.fcntl(calls, fd, Constants.F_SETFL, Constants.O_NONBLOCK);
    if (result >= 0) {
      result = closeOnExec(calls, fd);
    }
    if (result >= 0) {
      result = SocketOptions.setFlag(calls, fd, Constants.SOL_SOCKET, noSignalOption, true);
    }
    if (result < 0) {
      Libc.close(fd);
      return result;
    }
    return fd;
  }

  @Override
  public int openPipe(CallState calls) {
    int result = DarwinCalls.pipe(calls);
    if (result < 0) {
      return result;
    }
    int readEnd = calls.value.get(JAVA_INT, 0);
    int writeEnd = calls.value.get(JAVA_INT, JAVA_INT.byteSize());
    result = closeOnExec(calls, readEnd);
    if (result >= 0) {
      result = closeOnExec(calls, writeEnd);
    }
    if (result < 0) {
      Libc.close(readEnd);
      Libc.close(writeEnd);
      return result;
    }
    return 0;
  }

  private static int closeOnExec(CallState calls, int fd) {
    return Libc.fcntl(calls, fd, darwin_h.F_SETFD(), darwin_h.FD_CLOEXEC());
  }

  @Override
  public long sendFile(CallState calls, int fd, int file, long position, long lengthBytes) {
    if (lengthBytes == 0) { // it would mean all of the file
      return 0;
    }
    int result;
    long sent;
    do {
      result = DarwinCalls.sendfile(calls, file, fd, position, lengthBytes);
      sent = calls.value.get(JAVA_LONG, 0);
    } while (result == -Constants.EINTR && sent == 0);
    return outcome(result, sent);
  }

  /** A full socket, or a signal, ends a call that has sent something as well. */
  static long outcome(int result, long sentBytes) {
    boolean isStopped = result == -Constants.EAGAIN || result == -Constants.EINTR;
    return result == 0 || (isStopped && sentBytes > 0) ? sentBytes : result;
  }

  @Override
  public SockaddrLayout addresses() {
    return Addresses.LAYOUT;
  }

  @Override
  public void putFamily(MemorySegment address, int family, int lengthBytes) {
    address.set(JAVA_BYTE, LENGTH, (byte) lengthBytes);
    address.set(JAVA_BYTE, FAMILY, (byte) family);
  }

  @Override
  public boolean hasAbstractNames() {
    return false;
  }

  @Override
  public int family(MemorySegment address) {
    return Byte.toUnsignedInt(address.get(JAVA_BYTE, FAMILY));
  }

  @Override
  public int bufferSize(int kernelValue) {
    return kernelValue;
  }

  @Override
  public int number(PosixSignal signal) {
    return switch (signal) {
      case SIGHUP -> darwin_h.SIGHUP();
      case SIGINT -> darwin_h.SIGINT();
      case SIGQUIT -> darwin_h.SIGQUIT();
      case SIGILL -> darwin_h.SIGILL();
      case SIGTRAP -> darwin_h.SIGTRAP();
      case SIGABRT -> darwin_h.SIGABRT();
      case SIGBUS -> darwin_h.SIGBUS();
      case SIGFPE -> darwin_h.SIGFPE();
      case SIGKILL -> darwin_h.SIGKILL();
      case SIGUSR1 -> darwin_h.SIGUSR1();
      case SIGSEGV -> darwin_h.SIGSEGV();
      case SIGUSR2 -> darwin_h.SIGUSR2();
      case SIGPIPE -> darwin_h.SIGPIPE();
      case SIGALRM -> darwin_h.SIGALRM();
      case SIGTERM -> darwin_h.SIGTERM();
      case SIGCHLD -> darwin_h.SIGCHLD();
      case SIGCONT -> darwin_h.SIGCONT();
      case SIGSTOP -> darwin_h.SIGSTOP();
      case SIGTSTP -> darwin_h.SIGTSTP();
      case SIGTTIN -> darwin_h.SIGTTIN();
      case SIGTTOU -> darwin_h.SIGTTOU();
      case SIGURG -> darwin_h.SIGURG();
      case SIGXCPU -> darwin_h.SIGXCPU();
      case SIGXFSZ -> darwin_h.SIGXFSZ();
      case SIGVTALRM -> darwin_h.SIGVTALRM();
      case SIGPROF -> darwin_h.SIGPROF();
      case SIGWINCH -> darwin_h.SIGWINCH();
      case SIGSYS -> darwin_h.SIGSYS();
    };
  }

  @Override
  public Map<Integer, String> errorNames() {
    return DarwinErrors.NAMES;
  }

  @Override
  public String strerror() {
    return "strerror_r";
  }

  @Override
  public boolean canSpawn() {
    return Link.has("posix_spawn_file_actions_addinherit_np")
        && Link.has("posix_spawn_file_actions_addchdir_np");
  }

  /**
   * By {@code POSIX_SPAWN_CLOEXEC_DEFAULT}, which keeps what an action makes: so what is inherited needs
   * one as well.
   */
  @Override
  public int keepStreamsOnly(MemorySegment actions, int[] childEnds) {
    int error = 0;
    for (int i = 0; i < childEnds.length && error == 0; i++) {
      if (childEnds[i] < 0) {
        error = DarwinCalls.posix_spawn_file_actions_addinherit_np(actions, i);
      }
    }
    return error;
  }

  /** Read when the first address is translated. */
  private static final class Addresses {
    static final SockaddrLayout LAYOUT = new SockaddrLayout(
        darwin_h.AF_INET(),
        darwin_h.AF_INET6(),
        darwin_h.AF_UNIX(),
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
