// SPDX-License-Identifier: Apache-2.0
/** Small programs that show one thing each. */
module dev.culebra.examples {
  requires dev.culebra;
  requires static org.jspecify;
}
