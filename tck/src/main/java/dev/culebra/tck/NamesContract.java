// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.culebra.Task;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** Looking up hosts and addresses. */
abstract class NamesContract extends OnLoop {

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  @Test
  void theAddressesOfAHostComeInTheResolversOrder() throws Exception {
    run(() -> {
      String name = TestNames.nameOf("192.0.2.9", "2001:db8::1", "192.0.2.3");
      assertEquals(
          List.of(at("192.0.2.9", 80), at("2001:db8::1", 80), at("192.0.2.3", 80)),
          loop.getAddrInfo(name, 80));
    });
  }

  @Test
  void aLiteralAddressIsItsOwnAddress() throws Exception {
    run(() -> {
      assertEquals(List.of(at("192.0.2.1", 0)), loop.getAddrInfo("192.0.2.1", 0));
      assertEquals(List.of(at("2001:db8::1", 65_535)), loop.getAddrInfo("2001:db8::1", 65_535));
    });
  }

  @Test
  void anAddressIsNamedAndOneWithoutANameIsItself() throws Exception {
    run(() -> {
      String name = TestNames.nameOf("192.0.2.7");
      assertEquals(name, loop.getNameInfo(InetAddress.ofLiteral("192.0.2.7")));
      InetAddress disguised =
          InetAddress.getByAddress("other", InetAddress.ofLiteral("192.0.2.7").getAddress());
      assertEquals(name, loop.getNameInfo(disguised), "what it was made from does not matter");
      assertEquals("192.0.2.8", loop.getNameInfo(InetAddress.ofLiteral("192.0.2.8")));
    });
  }

  @Test
  void theLoopGoesOnWhileANameIsLookedUp() throws Exception {
    run(() -> {
      Task<?> lookUp =
          createTask(() -> loop.getAddrInfo("slow." + TestNames.nameOf("192.0.2.1"), 1));
      sleep(Duration.ZERO);
      sleep(Duration.ZERO);
      assertFalse(lookUp.done());
      assertEquals(List.of(at("192.0.2.1", 1)), lookUp.await());
    });
  }

  @Test
  void aLookUpIsCancelled() throws Exception {
    run(() -> {
      Task<?> lookUp =
          createTask(() -> loop.getAddrInfo("slow." + TestNames.nameOf("192.0.2.1"), 1));
      sleep(Duration.ZERO);
      lookUp.cancel();
      assertThrows(CancellationException.class, lookUp::await);
    });
  }

  @Test
  void whatCannotBeLookedUpIsRefused() throws Exception {
    run(() -> {
      assertThrows(UnknownHostException.class, () -> loop.getAddrInfo(TestNames.UNKNOWN, 1));
      assertThrows(IllegalArgumentException.class, () -> loop.getAddrInfo(HOST, -1));
      assertThrows(IllegalArgumentException.class, () -> loop.getAddrInfo(HOST, 65_536));
      assertThrows(NullPointerException.class, () -> loop.getAddrInfo(none(), 1));
      assertThrows(NullPointerException.class, () -> loop.getNameInfo(none()));
    });
    assertThrows(IllegalStateException.class, () -> loop.getAddrInfo(HOST, 1));
  }
}
