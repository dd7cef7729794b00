// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Resolves names below {@code culebra.test} without a network; every other name is the system's.
 *
 * <p>The name says what it resolves to: each label is an address, with {@code -} for the dots or colons.
 * {@code v6---1.v4-127-0-0-1.culebra.test} has two. {@code unknown} has none, and {@code slow} takes a
 * while. {@code .test} is reserved for such use by RFC 6761.
 *
 * <p>Found on the class path only. Where it is not in force, the tests that need it are skipped.
 */
public final class TestNames extends InetAddressResolverProvider {

  static final String UNKNOWN = "unknown.culebra.test";
  private static final String SUFFIX = ".culebra.test";

  /** Addresses for documentation (RFC 5737), one with a name and one without. */
  private static final InetAddress NAMED = InetAddress.ofLiteral("192.0.2.7");

  private static final InetAddress NAMELESS = InetAddress.ofLiteral("192.0.2.8");

  private static final long SLOW_NANOS = 20_000_000;

  private static volatile boolean inForce;

  /** Called by the JDK. */
  public TestNames() {}

  /** A name that resolves to these addresses, in this order; skips the test where it would not. */
  static String nameOf(String... addresses) throws UnknownHostException {
    InetAddress.getAllByName("localhost"); // has the JDK choose its resolver, if it has not yet
    assumeTrue(inForce, "names below culebra.test are not resolved here");
    StringBuilder name = new StringBuilder();
    for (String address : addresses) {
      boolean v6 = address.contains(":");
      name.append(v6 ? "v6-" + address.replace(':', '-') : "v4-" + address.replace('.', '-'));
      name.append('.');
    }
    return name + SUFFIX.substring(1);
  }

  @Override
  public InetAddressResolver get(Configuration configuration) {
    inForce = true;
    InetAddressResolver system = configuration.builtinResolver();
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        return host.endsWith(SUFFIX) ? addresses(host) : system.lookupByName(host, policy);
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        InetAddress nameless = InetAddress.getByAddress(address);
        if (NAMELESS.equals(nameless)) {
          throw new UnknownHostException(nameless.getHostAddress());
        }
        return NAMED.equals(nameless)
            ? nameOf(NAMED.getHostAddress())
            : system.lookupByAddress(address);
      }
    };
  }

  private static Stream<InetAddress> addresses(String host) throws UnknownHostException {
    List<InetAddress> addresses = new ArrayList<>();
    String labels = host.substring(0, host.length() - SUFFIX.length());
    for (String label : labels.split("\\.", -1)) {
      if (label.equals("slow")) {
        LockSupport.parkNanos(SLOW_NANOS);
      } else if (label.startsWith("v6-")) {
        addresses.add(literal(host, label.substring(3).replace('-', ':')));
      } else if (label.startsWith("v4-")) {
        addresses.add(literal(host, label.substring(3).replace('-', '.')));
      }
    }
    if (addresses.isEmpty()) {
      throw new UnknownHostException(host);
    }
    return addresses.stream();
  }

  private static InetAddress literal(String host, String address) throws UnknownHostException {
    return InetAddress.getByAddress(host, InetAddress.ofLiteral(address).getAddress());
  }

  @Override
  public String name() {
    return "culebra-tck";
  }
}
