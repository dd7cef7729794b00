// SPDX-License-Identifier: Apache-2.0

/** An asyncio-style event loop; {@link dev.culebra.Asyncio} is where to start. */
module dev.culebra {
  requires org.jctools.core.jdk11;
  requires static jdk.unsupported;
  requires static transitive org.jspecify;

  exports dev.culebra;
  exports dev.culebra.net;
  exports dev.culebra.spi;

  uses dev.culebra.spi.Backend;
}
