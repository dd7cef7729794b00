// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import dev.culebra.spi.Poller;
import dev.culebra.spi.ReadySink;
import java.util.ArrayList;
import java.util.List;

/** Notes what one poll hands out. */
final class Recorder implements ReadySink {

  private final List<Object> attachments = new ArrayList<>();
  private final List<Integer> readiness = new ArrayList<>();

  @Override
  public void ready(Object attachment, int readiness) {
    attachments.add(attachment);
    this.readiness.add(readiness);
  }

  /** How many calls there were. */
  int size() {
    return attachments.size();
  }

  /** Whether the first call was for this source. */
  boolean isFirst(Object attachment) {
    return !attachments.isEmpty() && attachments.get(0).equals(attachment);
  }

  /** How many calls there were for one source. */
  int timesOf(Object attachment) {
    int times = 0;
    for (Object each : attachments) {
      if (each.equals(attachment)) {
        times++;
      }
    }
    return times;
  }

  /** Everything that was reported of one source. */
  int of(Object attachment) {
    int union = 0;
    for (int i = 0; i < attachments.size(); i++) {
      if (attachments.get(i).equals(attachment)) {
        union |= readiness.get(i);
      }
    }
    return union;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < attachments.size(); i++) {
      text.append(i == 0 ? "" : ", ")
          .append(attachments.get(i))
          .append(": ")
          .append(name(readiness.get(i)));
    }
    return text.append(']').toString();
  }

  /** Names a readiness. */
  static String name(int readiness) {
    return switch (readiness) {
      case Poller.READ -> "READ";
      case Poller.WRITE -> "WRITE";
      case Poller.READ | Poller.WRITE -> "READ|WRITE";
      default -> Integer.toString(readiness);
    };
  }
}
