// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.posix.darwin.darwin_h;
import java.util.HashMap;
import java.util.Map;

/** Names Darwin's error numbers. */
final class DarwinErrors {

  static final Map<Integer, String> NAMES = names();

  private DarwinErrors() {}

  private static Map<Integer, String> names() {
    Map<Integer, String> names = new HashMap<>();
    names.put(darwin_h.E2BIG(), "E2BIG");
    names.put(darwin_h.EACCES(), "EACCES");
    names.put(darwin_h.EADDRINUSE(), "EADDRINUSE");
    names.put(darwin_h.EADDRNOTAVAIL(), "EADDRNOTAVAIL");
    names.put(darwin_h.EAFNOSUPPORT(), "EAFNOSUPPORT");
    names.put(darwin_h.EAGAIN(), "EAGAIN");
    names.put(darwin_h.EALREADY(), "EALREADY");
    names.put(darwin_h.EBADF(), "EBADF");
    names.put(darwin_h.ECHILD(), "ECHILD");
    names.put(darwin_h.ECONNABORTED(), "ECONNABORTED");
    names.put(darwin_h.ECONNREFUSED(), "ECONNREFUSED");
    names.put(darwin_h.ECONNRESET(), "ECONNRESET");
    names.put(darwin_h.EDESTADDRREQ(), "EDESTADDRREQ");
    names.put(darwin_h.EEXIST(), "EEXIST");
    names.put(darwin_h.EFAULT(), "EFAULT");
    names.put(darwin_h.EHOSTDOWN(), "EHOSTDOWN");
    names.put(darwin_h.EHOSTUNREACH(), "EHOSTUNREACH");
    names.put(darwin_h.EINPROGRESS(), "EINPROGRESS");
    names.put(darwin_h.EINTR(), "EINTR");
    names.put(darwin_h.EINVAL(), "EINVAL");
    names.put(darwin_h.EIO(), "EIO");
    names.put(darwin_h.EISCONN(), "EISCONN");
    names.put(darwin_h.ELOOP(), "ELOOP");
    names.put(darwin_h.EMFILE(), "EMFILE");
    names.put(darwin_h.EMSGSIZE(), "EMSGSIZE");
    names.put(darwin_h.ENAMETOOLONG(), "ENAMETOOLONG");
    names.put(darwin_h.ENETDOWN(), "ENETDOWN");
    names.put(darwin_h.ENETRESET(), "ENETRESET");
    names.put(darwin_h.ENETUNREACH(), "ENETUNREACH");
    names.put(darwin_h.ENFILE(), "ENFILE");
    names.put(darwin_h.ENOBUFS(), "ENOBUFS");
    names.put(darwin_h.ENOENT(), "ENOENT");
    names.put(darwin_h.ENOMEM(), "ENOMEM");
    names.put(darwin_h.ENOPROTOOPT(), "ENOPROTOOPT");
    names.put(darwin_h.ENOSPC(), "ENOSPC");
    names.put(darwin_h.ENOSYS(), "ENOSYS");
    names.put(darwin_h.ENOTCONN(), "ENOTCONN");
    names.put(darwin_h.ENOTDIR(), "ENOTDIR");
    names.put(darwin_h.ENOTSOCK(), "ENOTSOCK");
    names.put(darwin_h.ENOTSUP(), "ENOTSUP");
    names.put(darwin_h.ENXIO(), "ENXIO");
    names.put(darwin_h.EOPNOTSUPP(), "EOPNOTSUPP");
    names.put(darwin_h.EPERM(), "EPERM");
    names.put(darwin_h.EPIPE(), "EPIPE");
    names.put(darwin_h.EPROTO(), "EPROTO");
    names.put(darwin_h.EPROTONOSUPPORT(), "EPROTONOSUPPORT");
    names.put(darwin_h.EPROTOTYPE(), "EPROTOTYPE");
    names.put(darwin_h.EROFS(), "EROFS");
    names.put(darwin_h.ETIMEDOUT(), "ETIMEDOUT");
    return names;
  }
}
