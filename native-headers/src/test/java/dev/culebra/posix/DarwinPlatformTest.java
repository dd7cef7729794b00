// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.PosixSignal;
import dev.culebra.net.AbstractSocketAddress;
import dev.culebra.posix.darwin.darwin_h;
import dev.culebra.posix.linux.linux_h;
import dev.culebra.spi.DgramBatch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import jnr.constants.platform.darwin.Errno;
import jnr.constants.platform.darwin.Signal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Runs as much of Darwin's platform as is not Darwin's own: what it writes into memory, and how it gives
 * descriptors their flags, with Linux's numbers and an option that Linux has.
 */
@EnabledOnOs(OS.LINUX)
class DarwinPlatformTest {

  private static final int INET = darwin_h.AF_INET();
  private static final int INET6 = darwin_h.AF_INET6();
  private static final int UNIX = darwin_h.AF_UNIX();

  /** An option that no system has. */
  private static final int REFUSED = 0x7777;

  private final Platform platform = new DarwinPlatform(linux_h.SO_KEEPALIVE());
  private final CallState calls = new CallState();
  private final MemorySegment memory = Arena.ofAuto().allocate(Sockaddr.CAPACITY, 8);
  private final List<Integer> opened = new ArrayList<>();

  @AfterEach
  void closeDescriptors() {
    opened.forEach(Libc::close);
  }

  @Test
  void ipv4BeginsWithItsLength() throws Exception {
    assertArrayEquals(
        bytes(16, 2, 0x12, 0x34, 192, 0, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0),
        encoded(inet("192.0.2.7", 0x1234), INET));
  }

  @Test
  void ipv6BeginsWithItsLength() throws Exception {
    byte[] linkLocal = InetAddress.getByName("fe80::7").getAddress();
    Inet6Address scoped = Inet6Address.getByAddress(null, linkLocal, 3);
    assertArrayEquals(
        bytes(
            28, 30, 0x12, 0x34, 0, 0, 0, 0, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 3,
            0, 0, 0),
        encoded(new InetSocketAddress(scoped, 0x1234), INET6));
  }

  @Test
  void aPathBeginsWithItsLengthAndEndsWithAZero() throws Exception {
    assertArrayEquals(
        bytes(7, 1, '/', 'r', 'u', 'n', 0), encoded(UnixDomainSocketAddress.of("/run"), UNIX));
  }

  @Test
  void addressesComeBack() throws Exception {
    assertComesBack(inet("192.0.2.7", 65_535), INET);
    assertComesBack(inet("2001:db8::7", 443), INET6);
    assertComesBack(inet("192.0.2.7", 9), INET6);
    assertComesBack(UnixDomainSocketAddress.of("x".repeat(103)), UNIX);
  }

  @Test
  void aPathHasFourBytesLessThanOnLinux() {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of("x".repeat(104));
    assertThrows(SocketException.class, () -> encoded(address, UNIX));
  }

  @Test
  void anUnnamedSocketIsAllZerosAndNoAbstractName() {
    memory.fill((byte) 0);
    platform.putFamily(memory, UNIX, 16);
    assertEquals(UnixDomainSocketAddress.of(""), Sockaddr.decode(platform, memory, 16));
    assertThrows(
        UnsupportedAddressTypeException.class,
        () -> encoded(new AbstractSocketAddress("name"), UNIX));
  }

  @Test
  void signalsHaveDarwinsNumbers() {
    for (PosixSignal signal : PosixSignal.values()) {
      assertEquals(
          Signal.valueOf(signal.name()).intValue(), platform.number(signal), signal.name());
    }
  }

  @Test
  void errorsHaveDarwinsNames() {
    platform
        .errorNames()
        .forEach(
            (number, name) -> assertEquals(Errno.valueOf(name).intValue(), (int) number, name));
    Set<String> names = new HashSet<>(LinuxErrors.NAMES.values());
    names.remove("ENONET"); // of which Darwin has none
    names.add("ENOTSUP"); // which is EOPNOTSUPP on Linux
    assertEquals(names, new HashSet<>(platform.errorNames().values()));
  }

  @Test
  void whatSendfileHasSentCountsThoughItStopped() {
    assertEquals(7, DarwinPlatform.outcome(0, 7));
    assertEquals(0, DarwinPlatform.outcome(0, 0));
    assertEquals(7, DarwinPlatform.outcome(-Constants.EAGAIN, 7));
    assertEquals(7, DarwinPlatform.outcome(-Constants.EINTR, 7));
    assertEquals(-Constants.EAGAIN, DarwinPlatform.outcome(-Constants.EAGAIN, 0));
    assertEquals(-linux_h.EPIPE(), DarwinPlatform.outcome(-linux_h.EPIPE(), 7));
  }

  @Test
  void newbornSocketsHaveTheirFlags() {
    assertPrepared(own(platform.openStream(calls, Constants.AF_INET)));
    assertPrepared(own(platform.openDatagram(calls, Constants.AF_INET)));
  }

  @Test
  void aDatagramSocketSendsWhatFitsIntoADatagram() {
    int fd = own(platform.openDatagram(calls, Constants.AF_INET));
    Libc.getsockopt(calls, fd, linux_h.SOL_SOCKET(), linux_h.SO_SNDBUF(), 4);
    assertTrue(calls.value.get(JAVA_INT, 0) >= 65_507);
  }

  @Test
  void anAcceptedSocketHasItsFlagsAndItsPeer() throws Exception {
    int listener = listener();
    int client = connected(listener);
    int accepted = own(platform.accept(calls, listener));
    SocketAddress peer = calls.decodeAddress();
    assertPrepared(accepted);
    assertTrue(Libc.getsockname(calls, client) >= 0);
    assertEquals(calls.decodeAddress(), peer);
    assertEquals(-Constants.EAGAIN, platform.accept(calls, listener));
  }

  @Test
  void anAcceptedSocketThatRefusesItsOptionIsPassedOverAndClosed() throws Exception {
    int listener = listener();
    int client = connected(listener);
    long before = descriptors();
    Platform refusing = new DarwinPlatform(REFUSED);
    assertEquals(-darwin_h.ECONNABORTED(), refusing.accept(calls, listener));
    assertEquals(before, descriptors());
    assertTrue(client >= 0);
  }

  @Test
  void aNewbornSocketThatRefusesItsOptionIsClosed() throws Exception {
    long before = descriptors();
    Platform refusing = new DarwinPlatform(REFUSED);
    assertEquals(-linux_h.ENOPROTOOPT(), refusing.openStream(calls, Constants.AF_INET));
    assertEquals(-linux_h.ENOPROTOOPT(), refusing.openDatagram(calls, Constants.AF_INET));
    assertEquals(before, descriptors());
  }

  @Test
  void aPipeIsBlockingAndClosedOnExec() {
    assertEquals(0, platform.openPipe(calls));
    int readEnd = own(calls.value.get(JAVA_INT, 0));
    int writeEnd = own(calls.value.get(JAVA_INT, 4));
    for (int end : new int[] {readEnd, writeEnd}) {
      assertEquals(linux_h.FD_CLOEXEC(), Libc.fcntl(calls, end, linux_h.F_GETFD(), 0));
      assertEquals(0, Libc.fcntl(calls, end, linux_h.F_GETFL(), 0) & linux_h.O_NONBLOCK());
    }
    MemorySegment one = Arena.ofAuto().allocate(1);
    assertEquals(1, Libc.write(calls, writeEnd, one, 1));
    assertEquals(1, Libc.read(calls, readEnd, one, 1));
  }

  @Test
  void aBatchOfDatagramsIsSentAndReceivedOneByOne() throws Exception {
    IdlePoller poller = new IdlePoller();
    PosixDgramSocket receiver = datagramSocket(poller);
    PosixDgramSocket sender = datagramSocket(poller);
    receiver.bind(inet("127.0.0.1", 0));
    SocketAddress to = receiver.localAddress();
    DgramBatch out = new DgramBatch(3, 16);
    for (int i = 0; i < out.capacity(); i++) {
      out.data(i).clear().put((byte) i).flip();
      out.add(to);
    }
    assertEquals(3, sender.send(out, 0));
    DgramBatch in = new DgramBatch(8, 16);
    receiver.receive(in);
    assertEquals(3, in.size());
    for (int i = 0; i < in.size(); i++) {
      assertEquals(ByteBuffer.wrap(new byte[] {(byte) i}), in.data(i));
    }
    sender.close();
    receiver.close();
  }

  /** Asked for no bytes, a BSD says that it has read them, whether or not a datagram is there. */
  @Test
  void aBufferWithoutRoomTakesADatagramButOnlyIfOneIsThere() throws Exception {
    IdlePoller poller = new IdlePoller();
    PosixDgramSocket receiver = datagramSocket(poller);
    PosixDgramSocket sender = datagramSocket(poller);
    receiver.bind(inet("127.0.0.1", 0));
    SocketAddress to = receiver.localAddress();
    for (ByteBuffer full : List.of(ByteBuffer.allocate(0), ByteBuffer.allocateDirect(0))) {
      assertNull(receiver.receive(full));
      assertTrue(sender.send(ByteBuffer.wrap(new byte[] {1, 2, 3}), to));
      assertNotNull(receiver.receive(full));
      assertNull(receiver.receive(full));
    }
    sender.close();
    receiver.close();
  }

  private PosixDgramSocket datagramSocket(IdlePoller poller) {
    int fd = platform.openDatagram(calls, Constants.AF_INET);
    return platform.datagramSocket(poller, calls, Constants.AF_INET, fd);
  }

  private void assertPrepared(int fd) {
    assertTrue(fd >= 0);
    assertEquals(linux_h.FD_CLOEXEC(), Libc.fcntl(calls, fd, linux_h.F_GETFD(), 0));
    assertTrue((Libc.fcntl(calls, fd, linux_h.F_GETFL(), 0) & linux_h.O_NONBLOCK()) != 0);
    Libc.getsockopt(calls, fd, linux_h.SOL_SOCKET(), linux_h.SO_KEEPALIVE(), 4);
    assertEquals(1, calls.value.get(JAVA_INT, 0));
  }

  private int listener() throws IOException {
    int fd = own(Platform.HERE.openStream(calls, Constants.AF_INET));
    int length = Sockaddr.encode(inet("127.0.0.1", 0), Constants.AF_INET, calls.address);
    assertEquals(0, Libc.bind(calls, fd, length));
    assertEquals(0, Libc.listen(calls, fd, 8));
    return fd;
  }

  /** On the loopback the connection is there when a blocking connect returns. */
  private int connected(int listener) throws IOException {
    Libc.getsockname(calls, listener);
    SocketAddress address = calls.decodeAddress();
    int fd = own(Libc.socket(calls, Constants.AF_INET, Constants.SOCK_STREAM, 0));
    int length = Sockaddr.encode(address, Constants.AF_INET, calls.address);
    assertEquals(0, Libc.connect(calls, fd, length));
    return fd;
  }

  private int own(int fd) {
    assertFalse(fd < 0, () -> "errno " + -fd);
    opened.add(fd);
    return fd;
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  private byte[] encoded(SocketAddress address, int family) throws IOException {
    memory.fill((byte) -1);
    int length = Sockaddr.encode(platform, address, family, memory);
    return memory.asSlice(0, length).toArray(JAVA_BYTE);
  }

  private void assertComesBack(SocketAddress address, int family) throws IOException {
    memory.fill((byte) -1);
    int length = Sockaddr.encode(platform, address, family, memory);
    assertEquals(address, Sockaddr.decode(platform, memory, length));
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static InetSocketAddress inet(String ip, int port) throws IOException {
    return new InetSocketAddress(InetAddress.getByName(ip), port);
  }
}
