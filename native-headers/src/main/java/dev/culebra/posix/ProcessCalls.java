// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.culebra.posix.linux.linux_h;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls the C library's functions for processes under their own names: see {@link Libc}. Those of the
 * posix_spawn family return the error number itself, 0 for none.
 */
final class ProcessCalls {

  private ProcessCalls() {}

  static int posix_spawnp(
      MemorySegment pid,
      MemorySegment file,
      MemorySegment actions,
      MemorySegment attributes,
      MemorySegment arguments,
      MemorySegment environment) {
    try {
      return (int) Spawn.CALL.invokeExact(pid, file, actions, attributes, arguments, environment);
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  static int posix_spawn_file_actions_init(MemorySegment actions) {
    return call(ActionsInit.CALL, actions);
  }

  static int posix_spawn_file_actions_destroy(MemorySegment actions) {
    return call(ActionsDestroy.CALL, actions);
  }

  static int posix_spawn_file_actions_adddup2(MemorySegment actions, int from, int to) {
    try {
      return (int) AddDup2.CALL.invokeExact(actions, from, to);
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  static int posix_spawn_file_actions_addchdir_np(MemorySegment actions, MemorySegment path) {
    return call(AddChdir.CALL, actions, path);
  }

  static int posix_spawn_file_actions_addclosefrom_np(MemorySegment actions, int first) {
    try {
      return (int) AddCloseFrom.CALL.invokeExact(actions, first);
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  static int posix_spawnattr_init(MemorySegment attributes) {
    return call(AttrInit.CALL, attributes);
  }

  static int posix_spawnattr_destroy(MemorySegment attributes) {
    return call(AttrDestroy.CALL, attributes);
  }

  static int posix_spawnattr_setflags(MemorySegment attributes, int flags) {
    try {
      return (int) SetFlags.CALL.invokeExact(attributes, (short) flags);
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  static int posix_spawnattr_setsigdefault(MemorySegment attributes, MemorySegment signals) {
    return call(SetSigdefault.CALL, attributes, signals);
  }

  static int posix_spawnattr_setsigmask(MemorySegment attributes, MemorySegment signals) {
    return call(SetSigmask.CALL, attributes, signals);
  }

  static int sigemptyset(MemorySegment signals) {
    return call(Sigemptyset.CALL, signals);
  }

  static int sigfillset(MemorySegment signals) {
    return call(Sigfillset.CALL, signals);
  }

  /** The status is in {@link CallState#value} afterwards. */
  static int waitpid(CallState calls, int pid, int options) {
    try {
      int result;
      do {
        calls.value.set(JAVA_INT, 0, 0);
        result = calls.result(
            (int) Waitpid.CALL.invokeExact(calls.segment(), pid, calls.value, options));
      } while (result == -Constants.EINTR);
      return result;
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  static int kill(CallState calls, int pid, int signal) {
    try {
      return calls.result((int) Kill.CALL.invokeExact(calls.segment(), pid, signal));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  /** Linux 5.3. Close-on-exec from birth. */
  static int pidfd_open(CallState calls, int pid) {
    try {
      return (int) calls.result((long)
          Syscall.CALL.invokeExact(calls.segment(), (long) linux_h.SYS_pidfd_open(), pid, 0));
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  private static int call(MethodHandle function, MemorySegment argument) {
    try {
      return (int) function.invokeExact(argument);
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  private static int call(MethodHandle function, MemorySegment first, MemorySegment second) {
    try {
      return (int) function.invokeExact(first, second);
    } catch (Throwable t) {
      throw Link.failure(t);
    }
  }

  private static final class Spawn {
    static final MethodHandle CALL =
        Link.plainCall("posix_spawnp", linux_h.posix_spawnp$descriptor());
  }

  private static final class ActionsInit {
    static final MethodHandle CALL = Link.plainCall(
        "posix_spawn_file_actions_init", linux_h.posix_spawn_file_actions_init$descriptor());
  }

  private static final class ActionsDestroy {
    static final MethodHandle CALL = Link.plainCall(
        "posix_spawn_file_actions_destroy", linux_h.posix_spawn_file_actions_destroy$descriptor());
  }

  private static final class AddDup2 {
    static final MethodHandle CALL = Link.plainCall(
        "posix_spawn_file_actions_adddup2", linux_h.posix_spawn_file_actions_adddup2$descriptor());
  }

  private static final class AddChdir {
    static final MethodHandle CALL = Link.plainCall(
        "posix_spawn_file_actions_addchdir_np",
        linux_h.posix_spawn_file_actions_addchdir_np$descriptor());
  }

  private static final class AddCloseFrom {
    static final MethodHandle CALL = Link.plainCall(
        "posix_spawn_file_actions_addclosefrom_np",
        linux_h.posix_spawn_file_actions_addclosefrom_np$descriptor());
  }

  private static final class AttrInit {
    static final MethodHandle CALL =
        Link.plainCall("posix_spawnattr_init", linux_h.posix_spawnattr_init$descriptor());
  }

  private static final class AttrDestroy {
    static final MethodHandle CALL =
        Link.plainCall("posix_spawnattr_destroy", linux_h.posix_spawnattr_destroy$descriptor());
  }

  private static final class SetFlags {
    static final MethodHandle CALL =
        Link.plainCall("posix_spawnattr_setflags", linux_h.posix_spawnattr_setflags$descriptor());
  }

  private static final class SetSigdefault {
    static final MethodHandle CALL = Link.plainCall(
        "posix_spawnattr_setsigdefault", linux_h.posix_spawnattr_setsigdefault$descriptor());
  }

  private static final class SetSigmask {
    static final MethodHandle CALL = Link.plainCall(
        "posix_spawnattr_setsigmask", linux_h.posix_spawnattr_setsigmask$descriptor());
  }

  private static final class Sigemptyset {
    static final MethodHandle CALL =
        Link.plainCall("sigemptyset", linux_h.sigemptyset$descriptor());
  }

  private static final class Sigfillset {
    static final MethodHandle CALL = Link.plainCall("sigfillset", linux_h.sigfillset$descriptor());
  }

  private static final class Waitpid {
    static final MethodHandle CALL = Link.call("waitpid", linux_h.waitpid$descriptor());
  }

  private static final class Kill {
    static final MethodHandle CALL = Link.call("kill", linux_h.kill$descriptor());
  }

  private static final class Syscall {
    static final MethodHandle CALL = Link.variadicCall("syscall", linux_h.syscall$descriptor(), 1);
  }
}
