// SPDX-License-Identifier: Apache-2.0
package dev.culebra.test;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.culebra.BackendUnavailableException;
import dev.culebra.EventLoop;
import dev.culebra.LoopPolicy;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Runs JUnit tests as tasks, each on a loop of its own. Most tests just bear {@link AsyncTest}, or
 * {@link WithLoop}; both bring this along.
 *
 * <p>A test fails if it takes too long, and if it leaves any of these behind once its {@code @AfterEach}
 * methods are over and the loop has nothing left to do but to wait for timers:
 *
 * <ul>
 *   <li>a task that is not done,
 *   <li>a timer,
 *   <li>a connection or a server that is open, or, where there is {@code /proc}, another socket, pipe or
 *       the like of this process,
 *   <li>a call of the exception handler that it did not take from its {@link Reports},
 *   <li>a failure that nobody has looked at, whether or not its future is garbage yet.
 * </ul>
 *
 * <p><b>Threading</b>: a test's code runs in the thread of a task, not in JUnit's, so what other
 * extensions keep in thread-locals is not there. {@code @BeforeAll}, {@code @AfterAll}, constructors,
 * test factories and dynamic tests run as they would without this.
 */
@SuppressWarnings("exports") // whoever uses it requires JUnit
public final class CulebraExtension
    implements BeforeEachCallback, AfterEachCallback, InvocationInterceptor, ParameterResolver {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(CulebraExtension.class);

  private static final Set<Class<?>> INJECTED =
      Set.of(EventLoop.class, TestClock.class, Reports.class);

  /** Called by JUnit. */
  public CulebraExtension() {}

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    WithLoop settings = settings(context);
    LoopPolicy policy;
    try {
      policy = settings.backend().isEmpty()
          ? LoopPolicy.get()
          : LoopPolicy.forBackend(settings.backend());
    } catch (BackendUnavailableException e) {
      if (settings.backend().isEmpty()) {
        throw e;
      }
      abort(String.valueOf(e.getMessage()));
      return;
    }
    boolean alone = context.getExecutionMode() == ExecutionMode.SAME_THREAD;
    context
        .getStore(NAMESPACE)
        .put(TestRun.class, TestRun.open(context.getDisplayName(), policy, settings, alone));
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    TestRun run = context.getStore(NAMESPACE).remove(TestRun.class, TestRun.class);
    if (run != null) {
      run.end();
    }
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    run(context).run(invocation::proceed);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    run(context).run(invocation::proceed);
  }

  @Override
  public void interceptTestMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    run(context).run(invocation::proceed);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    run(context).run(invocation::proceed);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return INJECTED.contains(parameter.getParameter().getType())
        && context.getTestMethod().isPresent()
        && context.getStore(NAMESPACE).get(TestRun.class) != null;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestRun run = run(context);
    Class<?> type = parameter.getParameter().getType();
    return type == EventLoop.class
        ? run.loop()
        : type == TestClock.class ? run.clock() : run.reports();
  }

  private static TestRun run(ExtensionContext context) {
    return Objects.requireNonNull(
        context.getStore(NAMESPACE).get(TestRun.class, TestRun.class), "beforeEach made it");
  }

  /** The annotation of the method, else of the nearest class around it that has one. */
  private static WithLoop settings(ExtensionContext context) {
    Optional<WithLoop> found = annotation(context.getElement().orElse(null));
    for (Class<?> type = context.getRequiredTestClass();
        found.isEmpty() && type != null;
        type = type.getEnclosingClass()) {
      found = annotation(type);
    }
    return found.orElseGet(() ->
        Objects.requireNonNull(Defaults.class.getAnnotation(WithLoop.class), "it stands below"));
  }

  private static Optional<WithLoop> annotation(@Nullable AnnotatedElement element) {
    return AnnotationSupport.findAnnotation(element, WithLoop.class);
  }

  @WithLoop
  private static final class Defaults {}
}
