package dev.outband.transport.wire;

import dev.outband.api.TransferException;
import java.util.function.BooleanSupplier;

/**
 * Makes the JVM compile AES-GCM before the first object needs it.
 *
 * <p>The JDK uses the processor's AES only from compiled code, and counts calls to decide what to
 * compile: a fresh JVM that seals large segments makes few calls and crawls at a few percent of its
 * speed for hundreds of megabytes. Many small segments under a key of no meaning get there within a
 * fraction of a second.
 */
public final class CipherWarmUp {

  private static final int SMALL_BYTES = 1024;
  private static final int BATCH = 250;
  private static final int BATCHES = 80;
  private static final int PROBE_BYTES = 32 * 1024;

  /** Slower than 1 byte a nanosecond is not compiled yet; what is, is several times faster. */
  private static final long WARM_NS = PROBE_BYTES;

  private CipherWarmUp() {}

  /**
   * Seals and opens small segments until a larger one is fast. Blocks for as long, in a warm JVM
   * for less than a millisecond; in any case it ends after a fixed amount of work.
   *
   * @param stop asked often; ends it when true
   */
  public static void run(BooleanSupplier stop) {
    byte[] plain = new byte[PROBE_BYTES];
    byte[] frame = new byte[FrameHeader.BYTES + PROBE_BYTES + FrameHeader.TAG_BYTES];
    byte[] key = new byte[KeySchedule.KEY_BYTES];
    byte[] prefix = new byte[KeySchedule.PREFIX_BYTES];
    SegmentSealer sealer = new SegmentSealer(AesGcm.JDK, key, prefix);
    SegmentOpener opener = new SegmentOpener(AesGcm.JDK, key, prefix);
    try {
      for (int batch = 0;
          batch < BATCHES && !stop.getAsBoolean() && !isWarm(sealer, opener, plain, frame);
          batch++) {
        for (int i = 0; i < BATCH; i++) {
          opener.open(frame, sealer.seal(plain, SMALL_BYTES, false, frame), plain);
        }
      }
    } catch (TransferException e) {
      throw new IllegalStateException("what was sealed here opens here", e);
    }
  }

  private static boolean isWarm(
      SegmentSealer sealer, SegmentOpener opener, byte[] plain, byte[] frame)
      throws TransferException {
    long startNs = System.nanoTime();
    opener.open(frame, sealer.seal(plain, PROBE_BYTES, false, frame), plain);
    return System.nanoTime() - startNs < WARM_NS;
  }
}
