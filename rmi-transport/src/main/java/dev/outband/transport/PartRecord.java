package dev.outband.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * What is known of a part of an object that lies in a file: one line of text beside it.
 *
 * <pre>outband-part 1 tag=TAG bytes=LENGTH forced=BYTES boot=ID file=KEY crc=CRC32C</pre>
 *
 * @param contentTag names the object's content
 * @param bytes the object's length
 * @param forced how many bytes of the part are on disk for sure
 * @param boot names the running of the operating system under which it was written; empty if that
 *     has no name
 * @param fileKey identifies the part's file
 */
record PartRecord(String contentTag, long bytes, long forced, String boot, String fileKey) {

  private static final int MAX_BYTES = 4096;
  private static final Pattern LINE =
      Pattern.compile(
          "(outband-part 1 tag=(\\S{1,64}) bytes=(\\d{1,18}) forced=(\\d{1,18}) boot=(\\S*)"
              + " file=(\\S*)) crc=([0-9a-f]{8})\n");

  /** Reads a record; empty if it is damaged, or none of this version. */
  static Optional<PartRecord> read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      return Optional.empty();
    }
    return parse(Files.readAllBytes(file));
  }

  /** The same of a file's bytes. */
  static Optional<PartRecord> parse(byte[] bytes) {
    Matcher line = LINE.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    if (!line.matches() || !line.group(7).equals(crc(line.group(1)))) {
      return Optional.empty();
    }
    return Optional.of(
        new PartRecord(
            line.group(2),
            Long.parseLong(line.group(3)),
            Long.parseLong(line.group(4)),
            line.group(5),
            line.group(6)));
  }

  /**
   * Puts it in the place of the one before, in one step. With {@code durably} it is on disk before
   * it gets its name.
   */
  void write(Path file, boolean durably) throws IOException {
    String said =
        "outband-part 1 tag="
            + contentTag
            + " bytes="
            + bytes
            + " forced="
            + forced
            + " boot="
            + boot
            + " file="
            + fileKey;
    byte[] line = (said + " crc=" + crc(said) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    Path next = file.resolveSibling(file.getFileName() + "-next");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(line);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      if (durably) {
        channel.force(true);
      }
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String crc(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
    return String.format("%08x", crc.getValue());
  }
}
