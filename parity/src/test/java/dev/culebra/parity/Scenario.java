// SPDX-License-Identifier: Apache-2.0
package dev.culebra.parity;

import dev.culebra.Asyncio;
import dev.culebra.LoopPolicy;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Names one small program that exists in Java and in Python. */
record Scenario(Method method, InPython python) {

  /** Those of a class, in the order of their names. */
  static Stream<Scenario> of(Class<? extends Scenarios> scenarios) {
    return Arrays.stream(scenarios.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(InPython.class))
        .sorted(Comparator.comparing(Method::getName))
        .map(method -> new Scenario(method, method.getAnnotation(InPython.class)));
  }

  String name() {
    return method.getDeclaringClass().getSimpleName() + "." + method.getName();
  }

  /** The program in Python, as traces.py reads it. */
  String source() {
    String kind = python.outside() ? "outside" : "inside";
    return "#scenario " + name() + " " + python.since() + " " + kind + "\n" + python.value();
  }

  /** Runs the program in Java on a backend, and returns what it logged. */
  List<String> trace(String backend) throws Exception {
    Constructor<?> constructor = method.getDeclaringClass().getDeclaredConstructor();
    Scenarios instance = (Scenarios) constructor.newInstance();
    LoopPolicy.set(instance.policy(backend));
    try {
      if (python.outside()) {
        invoke(instance);
      } else {
        Asyncio.run(() -> invoke(instance));
      }
    } catch (Exception e) {
      instance.log("raised", e);
    } finally {
      LoopPolicy.set(null);
    }
    return instance.lines();
  }

  private void invoke(Scenarios instance) throws Exception {
    try {
      method.invoke(instance);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception thrown) {
        throw thrown;
      }
      throw (Error) e.getCause();
    } finally {
      instance.over = true;
    }
  }

  @Override
  public String toString() {
    return method.getName();
  }
}
