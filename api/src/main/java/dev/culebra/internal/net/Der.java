// SPDX-License-Identifier: Apache-2.0
package dev.culebra.internal.net;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes the few parts of DER, X.690's encoding of keys and certificates, that are needed here. */
public final class Der {

  /** Tags of X.690, section 8. */
  public static final int INTEGER = 0x02;

  public static final int BIT_STRING = 0x03;
  public static final int OCTET_STRING = 0x04;
  public static final int NULL = 0x05;
  public static final int OBJECT_IDENTIFIER = 0x06;
  public static final int SEQUENCE = 0x30;
  public static final int SET = 0x31;

  private static final int UTF8_STRING = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int BASE_128 = 128;

  private Der() {}

  /** A tag, the length of its contents, and those. */
  public static byte[] of(int tag, byte[]... contents) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int length = 0;
    for (byte[] each : contents) {
      length += each.length;
    }
    all.write(tag);
    if (length < BASE_128) {
      all.write(length);
    } else {
      byte[] digits = BigInteger.valueOf(length).toByteArray();
      int skipped = digits[0] == 0 ? 1 : 0;
      all.write(BASE_128 | (digits.length - skipped));
      all.write(digits, skipped, digits.length - skipped);
    }
    for (byte[] each : contents) {
      all.writeBytes(each);
    }
    return all.toByteArray();
  }

  /** A sequence. */
  public static byte[] sequence(byte[]... contents) {
    return of(SEQUENCE, contents);
  }

  /** An integer. */
  public static byte[] integer(BigInteger value) {
    return of(INTEGER, value.toByteArray());
  }

  /** A string of bits, whose number is a multiple of eight. */
  public static byte[] bits(byte[] value) {
    return of(BIT_STRING, new byte[1], value);
  }

  /** Text. */
  public static byte[] text(String value) {
    return of(UTF8_STRING, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A time of the years 1950 to 2049, as {@code yyMMddHHmmssZ}. */
  public static byte[] time(String value) {
    return of(UTC_TIME, value.getBytes(StandardCharsets.US_ASCII));
  }

  /** An object identifier such as {@code "1.2.840.10045.2.1"}. */
  public static byte[] objectIdentifier(String dotted) {
    String[] arcs = dotted.split("\\.", -1);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
    for (int i = 2; i < arcs.length; i++) {
      int arc = Integer.parseInt(arcs[i]);
      int shift = 28;
      while (shift > 0 && arc >>> shift == 0) {
        shift -= 7;
      }
      for (; shift > 0; shift -= 7) {
        all.write(((arc >>> shift) & 0x7f) | BASE_128);
      }
      all.write(arc & 0x7f);
    }
    return of(OBJECT_IDENTIFIER, all.toByteArray());
  }

  /**
   * Finds an element among those of a sequence.
   *
   * @return the contents of the first element with that tag, null if there is none
   * @throws IllegalArgumentException if these bytes are no such sequence
   */
  public static byte @Nullable [] find(byte[] sequence, int tag) {
    try {
      int[] at = {0};
      if (sequence[at[0]++] != SEQUENCE) {
        throw new IllegalArgumentException("not a sequence");
      }
      int end = readLength(sequence, at) + at[0];
      while (at[0] < end) {
        int found = sequence[at[0]++] & 0xff;
        int length = readLength(sequence, at);
        byte[] contents = Arrays.copyOfRange(sequence, at[0], at[0] + length);
        if (found == tag) {
          return contents;
        }
        at[0] += length;
      }
      return null;
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("cut short", e);
    }
  }

  private static int readLength(byte[] encoded, int[] at) {
    int length = encoded[at[0]++] & 0xff;
    if (length < BASE_128) {
      return length;
    }
    int value = 0;
    for (int digits = length & 0x7f; digits > 0; digits--) {
      value = (value << 8) | (encoded[at[0]++] & 0xff);
    }
    if (value < 0 || value > encoded.length - at[0]) {
      throw new IllegalArgumentException("cut short");
    }
    return value;
  }
}
