package dev.outband.security;

import java.io.ObjectInputFilter;

/**
 * An allow-list for one stream: what the stream's arrays claim to hold may exceed what has come of
 * the stream by the longest array and 64 KiB, all of them together. An array is provided at once,
 * before its elements come, and each of its elements may be another one.
 *
 * <p>Confined to the thread that reads the stream.
 */
final class ArrayBudget implements ObjectInputFilter {
  private static final int MAX_AHEAD_BYTES = AllowList.MAX_PRIMITIVE_ARRAY_BYTES + (64 << 10);

  private final AllowList list;
  private long claimedBytes;

  ArrayBudget(AllowList list) {
    this.list = list;
  }

  @Override
  public Status checkInput(FilterInfo info) {
    Status status = list.checkInput(info);
    Class<?> type = info.serialClass();
    if (status == Status.REJECTED || type == null || !type.isArray()) {
      return status;
    }
    claimedBytes += Math.max(0, info.arrayLength()) * AllowList.bytes(type.getComponentType());
    return claimedBytes - info.streamBytes() > MAX_AHEAD_BYTES ? Status.REJECTED : status;
  }
}
