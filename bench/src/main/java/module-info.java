// SPDX-License-Identifier: Apache-2.0
/** Benchmarks of Culebra's API on every backend, and servers to compare with. */
@SuppressWarnings("requires-automatic") // JMH and what draws the charts have no module descriptors
module dev.culebra.bench {
  requires VectorGraphics2D;
  requires com.google.gson;
  requires dev.culebra;
  requires dev.culebra.test; // for its self-signed certificates
  requires info.picocli;
  requires io.netty.buffer;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.classes.io_uring;
  requires io.netty.transport.unix.common;
  requires io.netty.transport;
  requires java.desktop;
  requires jdk.management;
  requires jmh.core;
  requires org.agrona;
  requires org.jfree.jfreechart;
  requires static org.jspecify;

  opens dev.culebra.bench.echo to
      info.picocli;
}
