// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import dev.culebra.posix.linux.linux_h;
import java.util.HashMap;
import java.util.Map;

/** Names Linux's error numbers. */
final class LinuxErrors {

  static final Map<Integer, String> NAMES = names();

  private LinuxErrors() {}

  private static Map<Integer, String> names() {
    Map<Integer, String> names = new HashMap<>();
    names.put(linux_h.E2BIG(), "E2BIG");
    names.put(linux_h.EACCES(), "EACCES");
    names.put(linux_h.EADDRINUSE(), "EADDRINUSE");
    names.put(linux_h.EADDRNOTAVAIL(), "EADDRNOTAVAIL");
    names.put(linux_h.EAFNOSUPPORT(), "EAFNOSUPPORT");
    names.put(linux_h.EAGAIN(), "EAGAIN");
    names.put(linux_h.EALREADY(), "EALREADY");
    names.put(linux_h.EBADF(), "EBADF");
    names.put(linux_h.ECHILD(), "ECHILD");
    names.put(linux_h.ECONNABORTED(), "ECONNABORTED");
    names.put(linux_h.ECONNREFUSED(), "ECONNREFUSED");
    names.put(linux_h.ECONNRESET(), "ECONNRESET");
    names.put(linux_h.EDESTADDRREQ(), "EDESTADDRREQ");
    names.put(linux_h.EEXIST(), "EEXIST");
    names.put(linux_h.EFAULT(), "EFAULT");
    names.put(linux_h.EHOSTDOWN(), "EHOSTDOWN");
    names.put(linux_h.EHOSTUNREACH(), "EHOSTUNREACH");
    names.put(linux_h.EINPROGRESS(), "EINPROGRESS");
    names.put(linux_h.EINTR(), "EINTR");
    names.put(linux_h.EINVAL(), "EINVAL");
    names.put(linux_h.EIO(), "EIO");
    names.put(linux_h.EISCONN(), "EISCONN");
    names.put(linux_h.ELOOP(), "ELOOP");
    names.put(linux_h.EMFILE(), "EMFILE");
    names.put(linux_h.EMSGSIZE(), "EMSGSIZE");
    names.put(linux_h.ENAMETOOLONG(), "ENAMETOOLONG");
    names.put(linux_h.ENETDOWN(), "ENETDOWN");
    names.put(linux_h.ENETRESET(), "ENETRESET");
    names.put(linux_h.ENETUNREACH(), "ENETUNREACH");
    names.put(linux_h.ENFILE(), "ENFILE");
    names.put(linux_h.ENOBUFS(), "ENOBUFS");
    names.put(linux_h.ENOENT(), "ENOENT");
    names.put(linux_h.ENOMEM(), "ENOMEM");
    names.put(linux_h.ENONET(), "ENONET");
    names.put(linux_h.ENOPROTOOPT(), "ENOPROTOOPT");
    names.put(linux_h.ENOSPC(), "ENOSPC");
    names.put(linux_h.ENOSYS(), "ENOSYS");
    names.put(linux_h.ENOTCONN(), "ENOTCONN");
    names.put(linux_h.ENOTDIR(), "ENOTDIR");
    names.put(linux_h.ENOTSOCK(), "ENOTSOCK");
    names.put(linux_h.ENXIO(), "ENXIO");
    names.put(linux_h.EOPNOTSUPP(), "EOPNOTSUPP");
    names.put(linux_h.EPERM(), "EPERM");
    names.put(linux_h.EPIPE(), "EPIPE");
    names.put(linux_h.EPROTO(), "EPROTO");
    names.put(linux_h.EPROTONOSUPPORT(), "EPROTONOSUPPORT");
    names.put(linux_h.EPROTOTYPE(), "EPROTOTYPE");
    names.put(linux_h.EROFS(), "EROFS");
    names.put(linux_h.ETIMEDOUT(), "ETIMEDOUT");
    return names;
  }
}
