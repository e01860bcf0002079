package dev.outband.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Measures, on one thread, what a segment costs on the ways a transfer engine could take: reading
 * it from a cached file, sealing it and opening it by AES-256-GCM, in heap arrays and in direct
 * buffers.
 *
 * <p>Prints a Markdown table of nanoseconds a segment (median of seven blocks) and GB/s. Needs no
 * other process and takes about 20 seconds. Run it as {@code java -cp ...
 * dev.outband.benchmarks.CipherPaths}.
 */
public final class CipherPaths {
  private static final int BLOCKS = 7;
  private static final long FILE_BYTES = 256L << 20;
  private static final long WARM_UP_BYTES = 1L << 30;
  private static final long BLOCK_BYTES = 256L << 20;
  private static final int[] SEGMENT_BYTES = {128 << 10, 256 << 10, 1 << 20};

  /** One segment's work; {@code position} is where in the file the segment begins. */
  @FunctionalInterface
  private interface Step {
    void run(long position) throws IOException, GeneralSecurityException;
  }

  private CipherPaths() {}

  /**
   * Runs every path at every segment size and prints the table to standard output.
   *
   * @param args none
   * @throws IOException if the temporary file cannot be written or read
   * @throws GeneralSecurityException if the JVM has no AES-256-GCM
   */
  public static void main(String[] args) throws IOException, GeneralSecurityException {
    Path file = Files.createTempFile("outband-cipher-paths", ".bin");
    try {
      fill(file);
      System.out.printf("JDK %s, one thread, cached file%n%n", Runtime.version());
      System.out.println("| path | segment KiB | ns/segment | GB/s |\n|---|---:|---:|---:|");
      for (int segment : SEGMENT_BYTES) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
          measureAll(channel, segment);
        }
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static void fill(Path file) throws IOException {
    byte[] chunk = new byte[1 << 20];
    Random random = new Random(42);
    try (var out = Files.newOutputStream(file)) {
      for (long written = 0; written < FILE_BYTES; written += chunk.length) {
        random.nextBytes(chunk);
        out.write(chunk);
      }
    }
  }

  private static void measureAll(FileChannel channel, int segment)
      throws IOException, GeneralSecurityException {
    Map<String, Step> steps = new LinkedHashMap<>();
    Buffers buffers = new Buffers(channel, segment);
    addReads(steps, buffers);
    addSeals(steps, buffers);
    addOpens(steps, buffers);
    addWholePaths(steps, buffers);
    for (Map.Entry<String, Step> step : steps.entrySet()) {
      report(step.getKey(), segment, medianNs(step.getValue(), segment));
    }
  }

  private static void addReads(Map<String, Step> steps, Buffers b) {
    steps.put("read(direct) + get to heap", position -> b.readDirect(position).get(b.plainArray));
    steps.put("read(heap buffer)", b::readHeap);
    steps.put("mapped get to heap", position -> b.mapped.get((int) position, b.plainArray));
    steps.put("read(direct) alone", b::readDirect);
    steps.put("copy heap to direct alone", position -> b.sealedDirect.clear().put(b.sealedArray));
  }

  private static void addSeals(Map<String, Step> steps, Buffers b) {
    GcmPaths gcm = b.gcm;
    steps.put(
        "seal heap -> heap (arrays)", p -> gcm.sealArrays(b.plainArray, b.sealedArray, b.segment));
    steps.put(
        "seal heap -> heap (buffers)", p -> gcm.seal(b.plainHeap.clear(), b.sealedHeap.clear()));
    steps.put("seal heap -> direct", p -> gcm.seal(b.plainHeap.clear(), b.sealedDirect.clear()));
    steps.put("seal direct -> heap", p -> gcm.seal(b.plainDirect.clear(), b.sealedHeap.clear()));
    steps.put(
        "seal direct -> direct", p -> gcm.seal(b.plainDirect.clear(), b.sealedDirect.clear()));
    steps.put(
        "seal heap in place (array)", p -> gcm.sealArrays(b.sealedArray, b.sealedArray, b.segment));
    steps.put(
        "seal direct in place",
        p -> gcm.seal(b.sealedDirect.duplicate().clear().limit(b.segment), b.sealedDirect.clear()));
  }

  private static void addOpens(Map<String, Step> steps, Buffers b) throws GeneralSecurityException {
    GcmPaths gcm = b.gcm;
    byte[] sealed = gcm.sealedSample(b.segment);
    ByteBuffer sealedHeap = ByteBuffer.wrap(sealed);
    ByteBuffer sealedDirect = ByteBuffer.allocateDirect(sealed.length).put(sealed);
    byte[] scratch = new byte[sealed.length];
    ByteBuffer scratchDirect = ByteBuffer.allocateDirect(sealed.length);
    steps.put("open heap -> heap (arrays)", p -> gcm.openArrays(sealed, b.plainArray));
    steps.put("open heap -> direct", p -> gcm.open(sealedHeap.clear(), b.plainDirect.clear()));
    steps.put("open direct -> heap", p -> gcm.open(sealedDirect.clear(), b.plainHeap.clear()));
    steps.put("open direct -> direct", p -> gcm.open(sealedDirect.clear(), b.plainDirect.clear()));
    steps.put(
        "copy + open heap in place (array)",
        p -> {
          System.arraycopy(sealed, 0, scratch, 0, sealed.length);
          gcm.openArrays(scratch, scratch);
        });
    steps.put(
        "copy + open direct in place",
        p -> {
          scratchDirect.clear().put(sealedDirect.clear());
          gcm.open(scratchDirect.clear(), scratchDirect.duplicate().clear());
        });
    steps.put(
        "get direct to heap + open heap -> heap",
        p -> {
          sealedDirect.clear().get(scratch);
          gcm.openArrays(scratch, b.plainArray);
        });
  }

  private static void addWholePaths(Map<String, Step> steps, Buffers b) {
    GcmPaths gcm = b.gcm;
    steps.put(
        "whole: mapped get, seal arrays, put direct",
        p -> {
          b.mapped.get((int) p, b.plainArray);
          gcm.sealArrays(b.plainArray, b.sealedArray, b.segment);
          b.sealedDirect.clear().put(b.sealedArray);
        });
    steps.put(
        "whole: read(direct) get, seal arrays, put direct",
        p -> {
          b.readDirect(p).get(b.plainArray);
          gcm.sealArrays(b.plainArray, b.sealedArray, b.segment);
          b.sealedDirect.clear().put(b.sealedArray);
        });
    steps.put(
        "whole: read(direct) get, seal in place, put direct",
        p -> {
          b.readDirect(p).get(b.sealedArray, 0, b.segment);
          gcm.sealArrays(b.sealedArray, b.sealedArray, b.segment);
          b.sealedDirect.clear().put(b.sealedArray);
        });
    steps.put(
        "whole: read(direct) get, seal heap -> direct",
        p -> {
          b.readDirect(p).get(b.plainArray);
          gcm.seal(b.plainHeap.clear(), b.sealedDirect.clear());
        });
    steps.put(
        "whole: read(direct), seal direct -> direct",
        p -> gcm.seal(b.readDirect(p), b.sealedDirect.clear()));
    steps.put(
        "whole: seal mapped -> direct",
        p -> gcm.seal(b.mapped.slice((int) p, b.segment), b.sealedDirect.clear()));
  }

  private static long medianNs(Step step, int segment)
      throws IOException, GeneralSecurityException {
    walk(step, segment, WARM_UP_BYTES);
    long[] blocks = new long[BLOCKS];
    for (int block = 0; block < BLOCKS; block++) {
      long startNs = System.nanoTime();
      walk(step, segment, BLOCK_BYTES);
      blocks[block] = (System.nanoTime() - startNs) / (BLOCK_BYTES / segment);
    }
    Arrays.sort(blocks);
    return blocks[BLOCKS / 2];
  }

  private static void walk(Step step, int segment, long bytes)
      throws IOException, GeneralSecurityException {
    for (long done = 0; done < bytes; done += segment) {
      step.run(done % FILE_BYTES);
    }
  }

  private static void report(String path, int segment, long ns) {
    System.out.printf(
        Locale.ROOT, "| %s | %d | %d | %.2f |%n", path, segment >> 10, ns, segment / (double) ns);
  }

  /** The buffers that the paths read from and write to, one set a segment size. */
  private static final class Buffers {
    private final int segment;
    private final FileChannel channel;
    private final ByteBuffer mapped;
    private final GcmPaths gcm = new GcmPaths();
    private final byte[] plainArray;
    private final byte[] sealedArray;
    private final ByteBuffer plainHeap;
    private final ByteBuffer sealedHeap;
    private final ByteBuffer plainDirect;
    private final ByteBuffer sealedDirect;

    private Buffers(FileChannel channel, int segment) throws IOException {
      this.channel = channel;
      this.segment = segment;
      mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, FILE_BYTES);
      plainArray = new byte[segment];
      sealedArray = new byte[segment + GcmPaths.TAG_BYTES];
      plainHeap = ByteBuffer.wrap(plainArray);
      sealedHeap = ByteBuffer.wrap(sealedArray);
      plainDirect = ByteBuffer.allocateDirect(segment);
      sealedDirect = ByteBuffer.allocateDirect(segment + GcmPaths.TAG_BYTES);
    }

    private ByteBuffer readDirect(long position) {
      return read(plainDirect, position);
    }

    private ByteBuffer readHeap(long position) {
      return read(plainHeap, position);
    }

    private ByteBuffer read(ByteBuffer into, long position) {
      into.clear();
      try {
        while (into.hasRemaining() && channel.read(into, position + into.position()) > 0) {}
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return into.flip();
    }
  }
}
