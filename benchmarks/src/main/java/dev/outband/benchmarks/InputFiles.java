package dev.outband.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/** Writes the files that are sent. */
final class InputFiles {
  private static final int CHUNK_BYTES = 1 << 20;
  private static final long SEED = 42;

  private final Workplace workplace;

  InputFiles(Workplace workplace) {
    this.workplace = workplace;
  }

  /**
   * Writes random bytes, unless they are there, and reads them once, so that they are in the page
   * cache and nothing is left to write back.
   *
   * @param bytes how many
   */
  void write(long bytes) throws IOException {
    Path file = workplace.input(bytes);
    if (Files.exists(file)) {
      return;
    }
    byte[] chunk = new byte[CHUNK_BYTES];
    SplittableRandom random = new SplittableRandom(SEED);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = bytes; left > 0; left -= chunk.length) {
        random.nextBytes(chunk);
        out.write(chunk, 0, (int) Math.min(chunk.length, left));
      }
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    try (InputStream in = Files.newInputStream(file)) {
      while (in.read(chunk) >= 0) {}
    }
  }
}
