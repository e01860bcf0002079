package dev.outband.cli.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import org.apache.commons.io.FileUtils;

/** Makes and checks the files of the demonstration. */
public final class DemoFiles {

  private static final int BUFFER_BYTES = 1 << 20;
  private static final int MAX_ATTEMPTS = 10;

  private DemoFiles() {}

  /**
   * Writes a file of random bytes.
   *
   * @param file must not exist
   * @param bytes how many
   * @param progress is told how many bytes are written so far
   * @return its SHA-256, in hexadecimal
   * @throws IOException if it cannot be written
   */
  public static String random(Path file, long bytes, LongConsumer progress) throws IOException {
    MessageDigest digest = sha256();
    SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
    byte[] buffer = new byte[BUFFER_BYTES];
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long written = 0; written < bytes; ) {
        random.nextBytes(buffer);
        int count = (int) Math.min(buffer.length, bytes - written);
        digest.update(buffer, 0, count);
        for (ByteBuffer rest = ByteBuffer.wrap(buffer, 0, count); rest.hasRemaining(); ) {
          channel.write(rest);
        }
        written += count;
        progress.accept(written);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Reads a whole file.
   *
   * @param file the file
   * @param progress is told how many bytes are read so far
   * @return its SHA-256, in hexadecimal
   * @throws IOException if it cannot be read
   */
  public static String sha256(Path file, LongConsumer progress) throws IOException {
    MessageDigest digest = sha256();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (channel.read(buffer.clear()) >= 0) {
        digest.update(buffer.flip());
        progress.accept(channel.position());
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Removes a folder with all that is in it, without following links; tries again where something
   * is added meanwhile.
   *
   * @param folder may not exist any more
   * @throws IOException if something cannot be removed
   */
  public static void removeAll(Path folder) throws IOException {
    for (int attempt = 1; Files.exists(folder); attempt++) {
      try {
        FileUtils.deleteDirectory(folder.toFile());
      } catch (IOException | IllegalArgumentException e) {
        if (attempt == MAX_ATTEMPTS) {
          throw new IOException("cannot remove " + folder, e);
        }
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
