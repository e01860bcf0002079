package dev.outband.security;

import java.io.ObjectInputFilter;

/**
 * An allow-list for one stream: what the stream's arrays claim to hold may exceed what has come of
 * the stream by the longest array and 64 KiB, all of them together. An array is provided at once,
 * before its elements come, and each of its elements may be another one.
 *
 * <p>It also tells how much memory they take, at once, with each element of an array of objects as
 * a short text, which no filter is asked about.
 *
 * <p>Confined to the thread that reads the stream.
 */
final class ArrayBudget implements ObjectInputFilter {
  private static final int MAX_AHEAD_BYTES = AllowList.MAX_PRIMITIVE_ARRAY_BYTES + (64 << 10);

  /** A reference, a string, its bytes, and what the stream keeps to find it again. */
  private static final int TEXT_BYTES = 64;

  private final AllowList list;
  private long claimedBytes;
  private long heldBytes;

  ArrayBudget(AllowList list) {
    this.list = list;
  }

  /** What the arrays of the stream take so far. */
  long heldBytes() {
    return heldBytes;
  }

  @Override
  public Status checkInput(FilterInfo info) {
    Status status = list.checkInput(info);
    Class<?> type = info.serialClass();
    if (status == Status.REJECTED || type == null || !type.isArray()) {
      return status;
    }
    Class<?> component = type.getComponentType();
    long length = Math.max(0, info.arrayLength());
    claimedBytes += length * AllowList.bytes(component);
    heldBytes += length * (component.isPrimitive() ? AllowList.bytes(component) : TEXT_BYTES);
    return claimedBytes - info.streamBytes() > MAX_AHEAD_BYTES ? Status.REJECTED : status;
  }
}
