// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPortTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1:80",
    "0.0.0.0, 0.0.0.0:80",
    "::1, [::1]:80",
    "::, [::]:80",
    "fe80::1, [fe80:0:0:0:0:0:0:1]:80"
  })
  void addressesAreWrittenAsPeopleTypeThem(String literal, String written) throws Exception {
    assertEquals(written, HostPort.of(new InetSocketAddress(InetAddress.ofLiteral(literal), 80)));
  }
}
