// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.posix.linux.linux_h;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ErrnoTest {

  @Test
  void messageHasCallNameAndText() {
    IOException e = Errno.exception(linux_h.ECONNREFUSED(), "connect(127.0.0.1:9)");
    assertEquals("connect(127.0.0.1:9): ECONNREFUSED (Connection refused)", e.getMessage());
  }

  @Test
  void typeIsTheOneThatNioThrows() {
    assertType(ConnectException.class, linux_h.ECONNREFUSED());
    assertType(ConnectException.class, linux_h.ETIMEDOUT());
    assertType(NoRouteToHostException.class, linux_h.EHOSTUNREACH());
    assertType(BindException.class, linux_h.EADDRINUSE());
    assertType(BindException.class, linux_h.EADDRNOTAVAIL());
    assertType(BindException.class, linux_h.EACCES());
    assertType(ProtocolException.class, linux_h.EPROTO());
    assertType(SocketException.class, linux_h.ECONNRESET());
    assertType(SocketException.class, linux_h.EPIPE());
    assertType(SocketException.class, linux_h.EMFILE());
    assertType(SocketException.class, linux_h.EBADF());
  }

  @Test
  void unknownNumberIsStillAnException() {
    IOException e = Errno.exception(4095, "send(fd 3)");
    assertEquals(SocketException.class, e.getClass());
    assertEquals("send(fd 3): errno 4095 (Unknown error 4095)", e.getMessage());
  }

  @Test
  void acceptPassesOverWhatOneConnectionBrought() {
    assertTrue(Errno.isOfConnection(linux_h.ECONNABORTED()));
    assertTrue(Errno.isOfConnection(linux_h.EPROTO()));
    assertFalse(Errno.isOfConnection(linux_h.EMFILE()));
    assertFalse(Errno.isOfConnection(linux_h.ENFILE()));
    assertFalse(Errno.isOfConnection(linux_h.EBADF()));
  }

  private static void assertType(Class<?> expected, int errno) {
    assertEquals(expected, Errno.exception(errno, "call()").getClass(), Errno.name(errno));
  }
}
