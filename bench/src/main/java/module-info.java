// SPDX-License-Identifier: Apache-2.0
/** Benchmarks of Culebra's API on every backend, and servers to compare with. */
@SuppressWarnings("requires-automatic") // JMH has no module descriptor
module dev.culebra.bench {
  requires dev.culebra;
  requires io.netty.common;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.classes.io_uring;
  requires jdk.management;
  requires jmh.core;
  requires org.agrona;
  requires static org.jspecify;
}
