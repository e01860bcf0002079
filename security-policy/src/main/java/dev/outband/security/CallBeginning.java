package dev.outband.security;

import java.nio.ByteBuffer;

/**
 * The first bytes of a call, as RMI writes them: the header of a serialized stream and a block that
 * begins with the object's identifier, the number of the operation and a hash. RMI's own objects
 * have identifiers that are known beforehand: the registry, an activator and the distributed
 * garbage collector. Confined to the thread that reads the call.
 */
final class CallBeginning {
  private static final int STREAM_HEADER = 0xaced0005;
  private static final int BLOCK = 0x77;
  private static final int LONG_BLOCK = 0x7a;
  private static final int CALL_BYTES =
      Long.BYTES + Integer.BYTES + Long.BYTES + Short.BYTES + Integer.BYTES + Long.BYTES;
  private static final int MOST_BYTES = Integer.BYTES + 1 + Integer.BYTES + CALL_BYTES;

  private static final long REGISTRY = 0;
  private static final long COLLECTOR = 2;
  private static final long REGISTRY_HASH = 4905912898345647071L;
  private static final int LIST = 1;
  private static final int LOOKUP = 2;

  private final ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES);
  private boolean isExpected;
  private boolean isLease;
  private String complaint;

  void expect() {
    bytes.clear();
    isExpected = true;
  }

  /** Whether what is read next belongs to it. */
  boolean isExpected() {
    return isExpected;
  }

  /** Null unless the call is not admitted; one line then. */
  String complaint() {
    return complaint;
  }

  /** Whether the call was refused, and is one that RMI's garbage collector makes by itself. */
  boolean isLease() {
    return isLease;
  }

  void take(ByteBuffer read) {
    while (isExpected && read.hasRemaining()) {
      bytes.put(read.get());
      if (bytes.position() == Integer.BYTES + 1 + lengthBytes() + CALL_BYTES) {
        isExpected = false;
        judge(bytes.duplicate().flip());
      }
    }
  }

  /** How many bytes the block's length takes. */
  private int lengthBytes() {
    boolean isLong = bytes.position() > Integer.BYTES && bytes.get(Integer.BYTES) == LONG_BLOCK;
    return isLong ? Integer.BYTES : 1;
  }

  private void judge(ByteBuffer call) {
    int header = call.getInt();
    int kind = call.get();
    long length = kind == LONG_BLOCK ? call.getInt() : call.get() & 0xff;
    if (header != STREAM_HEADER || kind != BLOCK && kind != LONG_BLOCK || length < CALL_BYTES) {
      complaint = "it begins as none of RMI's";
      return;
    }
    long number = call.getLong();
    boolean isReserved = call.getInt() == 0 && call.getLong() == 0 && call.getShort() == 0;
    if (isReserved && !(number == REGISTRY && isRead(call.getInt(), call.getLong()))) {
      isLease = number == COLLECTOR;
      complaint = "of RMI's own objects, the registry's look-up and list can be called";
    }
  }

  private static boolean isRead(int operation, long hash) {
    return (operation == LIST || operation == LOOKUP) && hash == REGISTRY_HASH;
  }
}
