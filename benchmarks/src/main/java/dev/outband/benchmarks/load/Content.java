package dev.outband.benchmarks.load;

import dev.outband.transport.Source;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/** Objects to move. */
final class Content {

  private static final int BLOCK = 1 << 20;

  private Content() {}

  /** A file of random bytes, which the page cache holds afterwards. */
  static Path file(Path path, long bytes) throws IOException {
    byte[] block = new byte[BLOCK];
    new Random(bytes).nextBytes(block);
    try (FileChannel out =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long left = bytes; left > 0; ) {
        ByteBuffer part = ByteBuffer.wrap(block, 0, (int) Math.min(left, BLOCK));
        left -= part.remaining();
        while (part.hasRemaining()) {
          out.write(part);
        }
      }
    }
    return path;
  }

  /** A file that is all hole. */
  static Path sparse(Path path, long bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(bytes);
    }
    return path;
  }

  /** An object of unknown length, written by a program. */
  static Source produced(long bytes) {
    return Source.producer(
        out -> {
          ByteBuffer block = ByteBuffer.allocate(BLOCK);
          for (long left = bytes; left > 0; left -= block.capacity()) {
            out.write(block.clear().limit((int) Math.min(left, block.capacity())));
          }
        });
  }
}
