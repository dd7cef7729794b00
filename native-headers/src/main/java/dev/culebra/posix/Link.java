// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Binds C functions: every restricted call of Culebra is in this class.
 *
 * <p>The handles belong into {@code static final} fields, one holder class for each function, and are
 * called by {@code invokeExact} only. Linking a shape of call that was not linked before costs about
 * 3.5 ms, so nothing is linked before its first use.
 *
 * <p><b>Threading</b>: all methods may be called from any thread; a handle with errno is used with one
 * {@link CallState} by one thread at a time.
 */
@SuppressWarnings("restricted")
public final class Link {

  /** What every process has. */
  public static final SymbolLookup C = Linker.nativeLinker().defaultLookup();

  private Link() {}

  /**
   * Binds a function whose errno matters.
   *
   * @param symbol its name
   * @param descriptor its shape
   * @return a handle whose first argument is {@link CallState#segment}
   * @throws UnsatisfiedLinkError if the C library does not have it
   */
  public static MethodHandle call(String symbol, FunctionDescriptor descriptor) {
    return link(C, symbol, descriptor, captureErrno());
  }

  /**
   * Binds a function of another library than C's, whose errno matters.
   *
   * @param library where it is
   * @param symbol its name
   * @param descriptor its shape
   * @return a handle whose first argument is {@link CallState#segment}
   * @throws UnsatisfiedLinkError if the library does not have it
   */
  public static MethodHandle call(
      SymbolLookup library, String symbol, FunctionDescriptor descriptor) {
    return link(library, symbol, descriptor, captureErrno());
  }

  /**
   * Binds a function that may be given heap memory. It must not block: until it returns, no garbage
   * collection can start.
   *
   * @param symbol its name
   * @param descriptor its shape
   * @return a handle whose first argument is {@link CallState#segment}
   * @throws UnsatisfiedLinkError if the C library does not have it
   */
  public static MethodHandle heapCall(String symbol, FunctionDescriptor descriptor) {
    return link(C, symbol, descriptor, captureErrno(), Linker.Option.critical(true));
  }

  /**
   * Binds a variadic function, such as {@code fcntl}. Darwin on arm64 passes variadic arguments on the
   * stack, so a plain {@link #call} would hand it garbage there, silently.
   *
   * @param symbol its name
   * @param descriptor its shape with the variadic arguments of this use
   * @param firstVariadic the index of the first argument behind the {@code ...}
   * @return a handle whose first argument is {@link CallState#segment}
   * @throws UnsatisfiedLinkError if the C library does not have it
   */
  public static MethodHandle variadicCall(
      String symbol, FunctionDescriptor descriptor, int firstVariadic) {
    return link(
        C, symbol, descriptor, captureErrno(), Linker.Option.firstVariadicArg(firstVariadic));
  }

  /**
   * Binds a function whose errno nobody asks for, so that any thread can call it.
   *
   * @param symbol its name
   * @param descriptor its shape
   * @return a handle
   * @throws UnsatisfiedLinkError if the C library does not have it
   */
  public static MethodHandle plainCall(String symbol, FunctionDescriptor descriptor) {
    return link(C, symbol, descriptor);
  }

  /**
   * Binds a function of another library than C's, whose errno nobody asks for.
   *
   * @param library where it is
   * @param symbol its name
   * @param descriptor its shape
   * @return a handle
   * @throws UnsatisfiedLinkError if the library does not have it
   */
  public static MethodHandle plainCall(
      SymbolLookup library, String symbol, FunctionDescriptor descriptor) {
    return link(library, symbol, descriptor);
  }

  /**
   * Loads a library, for good.
   *
   * @param path where it is
   * @return what it has
   * @throws IllegalArgumentException if it cannot be loaded
   */
  public static SymbolLookup library(Path path) {
    return SymbolLookup.libraryLookup(path, Arena.global());
  }

  /**
   * Tells whether the C library has a function.
   *
   * @param symbol its name
   * @return whether it can be bound
   */
  public static boolean has(String symbol) {
    return C.find(symbol).isPresent();
  }

  /**
   * Tells why native calls are not allowed in this process. Where the JVM merely warns, they are
   * allowed, and asking brings the warning forward.
   *
   * @return the flag that is missing, as a sentence; null if they are allowed
   */
  public static @Nullable String denial() {
    Module module = Link.class.getModule();
    if (module.isNativeAccessEnabled()) {
      return null;
    }
    try {
      MemorySegment.NULL.reinterpret(0); // the cheapest restricted method
      return null;
    } catch (IllegalCallerException e) {
      String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
      return "native access is denied: start java with --enable-native-access=" + name;
    }
  }

  /**
   * What to throw when a handle threw, which a C function does not: the arguments were bad.
   *
   * @param thrown what came out of {@code invokeExact}
   * @return never
   */
  public static AssertionError failure(Throwable thrown) {
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
    return new AssertionError(thrown);
  }

  private static Linker.Option captureErrno() {
    return Linker.Option.captureCallState("errno");
  }

  private static MethodHandle link(
      SymbolLookup library,
      String symbol,
      FunctionDescriptor descriptor,
      Linker.Option... options) {
    Optional<MemorySegment> address = library.find(symbol);
    if (address.isEmpty()) {
      throw new UnsatisfiedLinkError("the library has no " + symbol);
    }
    return Linker.nativeLinker().downcallHandle(address.get(), descriptor, options);
  }
}
