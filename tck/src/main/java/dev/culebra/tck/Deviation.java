// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

/** Names what a backend's platform does not let it keep of the contract. */
public enum Deviation {

  /**
   * Rule 10: descriptors are not close-on-exec. A program started other than by {@link
   * ProcessBuilder}, which closes them itself, inherits them.
   */
  NOT_CLOSE_ON_EXEC,

  /** Rule 12: polling, reading and writing allocate for each event. */
  ALLOCATES_FOR_EACH_EVENT,

  /** Rule 8: a connected socket refuses to send an empty datagram, with a SocketException. */
  NO_EMPTY_DATAGRAM_TO_A_PEER
}
