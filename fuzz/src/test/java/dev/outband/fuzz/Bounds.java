package dev.outband.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What a decoder must keep to, whatever comes in: it takes the input or throws one of the
 * exceptions that it promises, within a second of processor time, and allocates no more than 1 MiB
 * for each KiB that came or was begun.
 *
 * <p>A decoder that needs more is asked again, twice: what only the first input costs (classes,
 * tables of the JDK's) is not the input's. Processor time and not the clock's, because a busy
 * machine or a garbage collection may keep any decoder from its work for a second; one that never
 * comes back is seen by the fuzzer.
 *
 * <p>The fuzzer's own code takes time and memory, too, a great deal of it where texts are compared.
 * So while it fuzzes, inputs that seem to need too much are only written down, and {@link Replay}
 * measures them without it.
 */
public final class Bounds {
  private static final long MAX_CPU_NS = 1_000_000_000;
  private static final long MAX_BYTES_A_KIB = 1 << 20;
  private static final int ATTEMPTS = 3;
  private static final int MAX_SUSPECTS = 1000;

  /** Where the inputs go that are to be measured later; null where all are measured at once. */
  private static final String SUSPECTS = System.getProperty("outband.fuzz.suspects");

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Decoder decoder;
  private final List<Class<? extends Exception>> promised;
  private final long plusBytes;
  private int suspects;

  /** Takes what came from outside. */
  @FunctionalInterface
  public interface Decoder {
    /** Takes an input or throws what it promises. */
    void decode(byte[] input) throws Exception;
  }

  private Bounds(Decoder decoder, List<Class<? extends Exception>> promised, long plusBytes) {
    this.decoder = decoder;
    this.promised = promised;
    this.plusBytes = plusBytes;
  }

  /** The bounds of a decoder that may throw these exceptions, and no others. */
  @SafeVarargs
  @SuppressWarnings("varargs") // the list is a copy
  public static Bounds of(Decoder decoder, Class<? extends Exception>... promised) {
    return new Bounds(decoder, List.of(promised), 0);
  }

  /** The same with more memory, for what the decoder needs however short the input is. */
  public Bounds plusBytes(long bytes) {
    return new Bounds(decoder, promised, bytes);
  }

  /**
   * Gives an input to the decoder.
   *
   * @throws AssertionError if it did not keep to the bounds
   */
  public void check(byte[] input) {
    long maxBytes = plusBytes + MAX_BYTES_A_KIB * (1 + input.length / 1024);
    long cpuNs = 0;
    long bytes = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long startNs = THREADS.getCurrentThreadCpuTime();
      long startBytes = THREADS.getCurrentThreadAllocatedBytes();
      decode(input);
      bytes = THREADS.getCurrentThreadAllocatedBytes() - startBytes;
      cpuNs = THREADS.getCurrentThreadCpuTime() - startNs;
      if (bytes <= maxBytes && cpuNs <= MAX_CPU_NS) {
        return;
      }
      if (SUSPECTS != null) {
        suspect(input);
        return;
      }
    }
    throw new AssertionError(
        String.format(
            Locale.ROOT,
            "out of bounds, input=%d bytes, allocated=%d bytes, processor=%d ms",
            input.length,
            bytes,
            cpuNs / 1_000_000));
  }

  private void suspect(byte[] input) {
    if (suspects < MAX_SUSPECTS) {
      try {
        Files.write(Path.of(SUSPECTS, "suspect-" + suspects++), input);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void decode(byte[] input) {
    try {
      decoder.decode(input);
    } catch (Exception e) {
      if (promised.stream().noneMatch(type -> type.isInstance(e))) {
        throw new AssertionError("not promised: " + e, e);
      }
    }
  }
}
