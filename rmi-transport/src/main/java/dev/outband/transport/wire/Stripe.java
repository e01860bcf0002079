package dev.outband.transport.wire;

/**
 * The bytes of an object that one of its streams carries. All stripes together are the object, in
 * the order of the streams; each but the last is a multiple of {@value #GRAIN_BYTES} bytes, and
 * none is longer than another by more than that.
 *
 * @param start where in the object it begins
 * @param bytes how long it is, or {@link dev.outband.api.Confirmation#UNKNOWN_LENGTH}
 */
public record Stripe(long start, long bytes) {

  /** What stripes are a multiple of: {@value} bytes. */
  public static final int GRAIN_BYTES = 65_536;

  /**
   * Computes a stripe.
   *
   * @param objectBytes the length of the object; unknown only if there is one stream
   * @param stream 0 to {@code streams - 1}
   * @param streams how many streams carry the object
   * @return what the stream carries of it
   */
  public static Stripe of(long objectBytes, int stream, int streams) {
    if (streams == 1) {
      return new Stripe(0, objectBytes);
    }
    long start = start(objectBytes, stream, streams);
    return new Stripe(start, start(objectBytes, stream + 1, streams) - start);
  }

  private static long start(long objectBytes, int stream, int streams) {
    long grains = objectBytes / GRAIN_BYTES + (objectBytes % GRAIN_BYTES == 0 ? 0 : 1);
    long before = grains / streams * stream + Math.min(stream, grains % streams);
    return before == grains ? objectBytes : before * GRAIN_BYTES;
  }
}
