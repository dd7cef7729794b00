// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks up names as the documentation writes them: a class, or a class and a member. */
final class JavaName {

  private static final List<String> PACKAGES = List.of(
      "dev.culebra.",
      "dev.culebra.net.",
      "dev.culebra.sync.",
      "dev.culebra.process.",
      "java.util.concurrent.",
      "java.lang.",
      "java.io.");

  private JavaName() {}

  /** Whether there is such a public class, or public member of one. */
  static boolean exists(String name) {
    int dot = name.indexOf('.');
    if (dot < 0) {
      return find(name).isPresent();
    }
    String member = name.substring(dot + 1);
    return find(name.substring(0, dot))
        .filter(owner -> members(owner).anyMatch(member::equals))
        .isPresent();
  }

  private static Stream<String> members(Class<?> owner) {
    return Stream.concat(Arrays.stream(owner.getMethods()), Arrays.stream(owner.getFields()))
        .map(Member::getName);
  }

  private static Optional<Class<?>> find(String simpleName) {
    return PACKAGES.stream()
        .<Class<?>>mapMulti((packageName, found) -> {
          Class<?> loaded = load(packageName + simpleName);
          if (loaded != null && Modifier.isPublic(loaded.getModifiers())) {
            found.accept(loaded);
          }
        })
        .findFirst();
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      return null;
    }
  }
}
