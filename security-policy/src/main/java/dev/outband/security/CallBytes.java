package dev.outband.security;

/**
 * How many bytes of calls a control port holds in memory: of those that are being read, and of
 * those that were read and run. What goes beyond the first {@value #FREE_BYTES} of a call counts,
 * and an eighth more: its bytes as they come, or its arrays as they are announced if those are
 * more, an element of an array of objects as 64 bytes.
 *
 * @param total of all callers together; by default an eighth of the largest heap, and at least 2
 *     MiB
 * @param perPrincipal of one principal; half of that by default, so that none can take all
 */
public record CallBytes(long total, long perPrincipal) {
  /** What a call may have without being counted: {@value} bytes. */
  static final int FREE_BYTES = 8 << 10;

  private static final long LEAST_TOTAL = 2L << 20;
  private static final int SHARE_OF_HEAP = 8;

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a number is less than 1
   */
  public CallBytes {
    check("total", total);
    check("perPrincipal", perPrincipal);
  }

  /** The defaults for this JVM. */
  public static CallBytes defaults() {
    long total = Math.max(LEAST_TOTAL, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    return new CallBytes(total, total / 2);
  }

  private static void check(String name, long most) {
    if (most < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + most);
    }
  }
}
