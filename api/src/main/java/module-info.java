// SPDX-License-Identifier: Apache-2.0

/** An asyncio-style event loop; {@link dev.culebra.Asyncio} is where to start. */
@SuppressWarnings("module") // the test kit is built after this module
module dev.culebra {
  requires org.jctools.core.jdk11;
  requires static jdk.unsupported;
  requires static transitive org.jspecify;

  exports dev.culebra;
  exports dev.culebra.net;
  exports dev.culebra.process;
  exports dev.culebra.spi;
  exports dev.culebra.sync;
  exports dev.culebra.internal.loop to
      dev.culebra.test;
  exports dev.culebra.internal.net to
      dev.culebra.test;

  uses dev.culebra.spi.Backend;
}
