package dev.outband.benchmarks.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** Objects of random bytes, and what tells one from another. */
final class Bytes {

  private static final int BLOCK = 1 << 20;

  private Bytes() {}

  /** Writes a file; its SHA-256. */
  static String write(Path file, long bytes, long seed) throws IOException {
    Random random = new Random(seed);
    MessageDigest digest = digest();
    byte[] block = new byte[BLOCK];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = bytes; left > 0; left -= BLOCK) {
        random.nextBytes(block);
        int length = (int) Math.min(left, BLOCK);
        digest.update(block, 0, length);
        out.write(block, 0, length);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static String sha256(Path file) throws IOException {
    MessageDigest digest = digest();
    byte[] block = new byte[BLOCK];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        digest.update(block, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
