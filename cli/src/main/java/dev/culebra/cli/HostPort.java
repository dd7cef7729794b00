// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;

/** Writes addresses the way people type them, and says what is wrong with one. */
public final class HostPort {

  private HostPort() {}

  /** A host and a port, such as {@code 127.0.0.1:8000} or {@code [::1]:8000}. */
  public static String of(String host, int port) {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** An address without the name that it was looked up by. */
  public static String of(SocketAddress address) {
    return address instanceof InetSocketAddress inet && inet.getAddress() != null
        ? of(withoutZeros(inet.getAddress().getHostAddress()), inet.getPort())
        : address.toString();
  }

  /** The JDK writes {@code 0:0:0:0:0:0:0:1} where everybody else writes {@code ::1}. */
  private static String withoutZeros(String address) {
    return address.startsWith("0:0:0:0:0:0:0:")
        ? "::" + address.substring("0:0:0:0:0:0:0:".length()).replaceFirst("^0(?=$|%)", "")
        : address;
  }

  /** What an I/O failure was, in a few words. */
  public static String reason(IOException e) {
    if (e instanceof UnknownHostException) {
      return "there is no host of that name";
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathBuilderException) {
        return "no authority that is trusted here has signed its certificate"
            + " (--cacert FILE trusts more, --insecure takes any)";
      }
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
