// SPDX-License-Identifier: Apache-2.0
package dev.culebra.epoll.internal;

import static dev.culebra.Asyncio.createSubprocessExec;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.EventLoop;
import dev.culebra.LoopPolicy;
import dev.culebra.process.AsyncProcess;
import dev.culebra.process.ProcessOptions;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What becomes of a child whose status somebody else in the process has taken. */
@EnabledOnOs(OS.LINUX)
class ReapedElsewhereTest {

  @SuppressWarnings(
      "restricted") // a system call that this project makes elsewhere by its own bindings
  private static int waitpid(long pid) {
    MethodHandle call = Linker.nativeLinker()
        .downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("waitpid"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    try {
      return (int) call.invokeExact((int) pid, MemorySegment.NULL, 0);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  /** As in asyncio, where the pidfd watcher warns. */
  @Test
  void aChildThatSomebodyElseHasReapedHasStatus255AndIsReported() throws Exception {
    List<String> reports = new ArrayList<>();
    LoopPolicy policy = EpollBackend::new;
    try (EventLoop loop = policy.newEventLoop()) {
      loop.setExceptionHandler(
          (where, context) -> reports.add(context.message() + ": " + context.exception()));
      int status = loop.runUntilComplete(() -> {
        AsyncProcess process =
            createSubprocessExec(List.of("/bin/sh", "-c", "read x"), ProcessOptions.PIPED);
        process.kill(); // and the loop learns nothing before this step ends
        assertEquals(process.pid(), waitpid(process.pid()), "nobody else has it");
        return process.awaitExit();
      });
      assertEquals(255, status);
    }
    assertEquals(1, reports.size(), reports::toString);
    assertTrue(reports.get(0).contains("cannot tell how the child process"), reports::toString);
    assertTrue(reports.get(0).contains("ECHILD"), reports::toString);
  }
}
