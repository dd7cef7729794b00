// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.culebra.net.AbstractSocketAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class SockaddrTest {

  private static final int INET = Constants.AF_INET;
  private static final int INET6 = Constants.AF_INET6;
  private static final int UNIX = Constants.AF_UNIX;

  private final MemorySegment memory = Arena.ofAuto().allocate(Sockaddr.CAPACITY, 8);

  @Test
  void ipv4ComesBack() throws Exception {
    assertComesBack(inet("192.0.2.7", 65_535), INET);
    assertComesBack(inet("0.0.0.0", 0), INET);
  }

  @Test
  void ipv4IsLaidOutAsTheKernelReadsIt() throws Exception {
    memory.fill((byte) -1);
    int length = Sockaddr.encode(inet("192.0.2.7", 0x1234), INET, memory);
    assertArrayEquals(
        new byte[] {2, 0, 0x12, 0x34, (byte) 192, 0, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0},
        memory.asSlice(0, length).toArray(JAVA_BYTE));
  }

  @Test
  void ipv6ComesBack() throws Exception {
    assertComesBack(inet("2001:db8::7", 443), INET6);
    assertComesBack(inet("::", 1), INET6);
    assertComesBack(inet("::1", 80), INET6);
  }

  @Test
  void scopeComesBack() throws Exception {
    byte[] linkLocal = InetAddress.getByName("fe80::7").getAddress();
    Inet6Address scoped = Inet6Address.getByAddress(null, linkLocal, 3);
    SocketAddress decoded = assertComesBack(new InetSocketAddress(scoped, 9), INET6);
    InetAddress ip = assertInstanceOf(InetSocketAddress.class, decoded).getAddress();
    assertEquals(3, assertInstanceOf(Inet6Address.class, ip).getScopeId());
  }

  @Test
  void ipv4InAnInet6SocketComesBackAsIpv4() throws Exception {
    SocketAddress decoded = assertComesBack(inet("192.0.2.7", 9), INET6);
    InetAddress ip = assertInstanceOf(InetSocketAddress.class, decoded).getAddress();
    assertInstanceOf(Inet4Address.class, ip);
  }

  @Test
  void ipv4WildcardInAnInet6SocketTakesBothKinds() throws Exception {
    int length = Sockaddr.encode(inet("0.0.0.0", 9), INET6, memory);
    assertEquals(inet("::", 9), Sockaddr.decode(memory, length));
  }

  @Test
  void pathComesBack() throws Exception {
    assertComesBack(UnixDomainSocketAddress.of("/run/culebra.sock"), UNIX);
    assertComesBack(UnixDomainSocketAddress.of("x".repeat(107)), UNIX);
  }

  @Test
  void unnamedSocketHasTheEmptyPath() {
    memory.fill((byte) -1);
    Platform.HERE.putFamily(memory, UNIX, 2);
    assertEquals(UnixDomainSocketAddress.of(""), Sockaddr.decode(memory, 2));
    assertEquals(UnixDomainSocketAddress.of(""), Sockaddr.decode(memory, 0));
  }

  @Test
  void abstractNameIsLaidOutAsTheKernelReadsItAndComesBack() throws Exception {
    memory.fill((byte) -1);
    AbstractSocketAddress address = new AbstractSocketAddress("name");
    int length = Sockaddr.encode(address, UNIX, memory);
    assertArrayEquals(
        new byte[] {1, 0, 0, 'n', 'a', 'm', 'e'}, memory.asSlice(0, length).toArray(JAVA_BYTE));
    assertEquals(address, Sockaddr.decode(memory, length));
  }

  @Test
  void pathThatIsTooLongIsRefused() {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of("x".repeat(108));
    assertThrows(SocketException.class, () -> Sockaddr.encode(address, UNIX, memory));
  }

  @Test
  void addressOfAnotherFamilyIsRefused() throws Exception {
    SocketAddress unix = UnixDomainSocketAddress.of("/run/culebra.sock");
    assertUnsupported(unix, INET);
    assertUnsupported(unix, INET6);
    assertUnsupported(inet("::1", 9), INET);
    assertUnsupported(inet("127.0.0.1", 9), UNIX);
  }

  @Test
  void unresolvedNameIsRefused() {
    SocketAddress name = InetSocketAddress.createUnresolved("culebra.invalid", 9);
    assertThrows(UnresolvedAddressException.class, () -> Sockaddr.encode(name, INET, memory));
  }

  @Test
  void familiesThatAreNoSocketsAreRefused() {
    assertEquals(INET6, Sockaddr.number(StandardProtocolFamily.INET6));
    assertThrows(UnsupportedOperationException.class, () -> Sockaddr.number(() -> "X25"));
  }

  @Test
  void messagesShowAddressesBare() throws Exception {
    assertEquals("127.0.0.1:9", Sockaddr.text(inet("127.0.0.1", 9)));
    assertEquals("[0:0:0:0:0:0:0:1]:9", Sockaddr.text(inet("::1", 9)));
    assertEquals("/run/x", Sockaddr.text(UnixDomainSocketAddress.of("/run/x")));
  }

  private SocketAddress assertComesBack(SocketAddress address, int family) throws Exception {
    memory.fill((byte) -1);
    int length = Sockaddr.encode(address, family, memory);
    SocketAddress decoded = Sockaddr.decode(memory, length);
    assertEquals(address, decoded);
    return decoded;
  }

  private void assertUnsupported(SocketAddress address, int family) {
    assertThrows(
        UnsupportedAddressTypeException.class, () -> Sockaddr.encode(address, family, memory));
  }

  private static InetSocketAddress inet(String ip, int port) throws Exception {
    return new InetSocketAddress(InetAddress.getByName(ip), port);
  }
}
