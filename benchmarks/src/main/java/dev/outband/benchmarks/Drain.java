package dev.outband.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Where a receiver puts the bytes of one fetch, in order. Used by one thread at a time. */
interface Drain extends AutoCloseable {

  /** Takes all that remains in the buffer. */
  void accept(ByteBuffer bytes) throws IOException;

  /** Says that this was all: only then is a file there under its final name. */
  void finish() throws IOException;

  @Override
  void close() throws IOException;

  /** Drops everything. */
  final class Discard implements Drain {
    @Override
    public void accept(ByteBuffer bytes) {
      bytes.position(bytes.limit());
    }

    @Override
    public void finish() {}

    @Override
    public void close() {}
  }

  /** Drops everything, and notes when the first byte came. */
  final class FirstByte implements Drain {
    private long firstNs;
    private boolean came;

    @Override
    public void accept(ByteBuffer bytes) {
      if (!came) {
        firstNs = System.nanoTime();
        came = true;
      }
      bytes.position(bytes.limit());
    }

    /** The {@link System#nanoTime} at which the first byte was there. */
    long atNs() {
      return firstNs;
    }

    @Override
    public void finish() {
      if (!came) {
        throw new IllegalStateException("no byte came");
      }
    }

    @Override
    public void close() {}
  }

  /**
   * Does what Outband's file sink does: a temporary name, force, an atomic move. Touches nothing
   * before the first byte, so that a contender with file sinks of its own can use the target alone.
   */
  final class ToFile implements Drain {
    private final Path target;
    private final Path temporary;
    private FileChannel channel;

    ToFile(Path target) {
      this.target = target;
      temporary = target.resolveSibling(target.getFileName() + ".part");
    }

    /** The file's final name. */
    Path target() {
      return target;
    }

    @Override
    public void accept(ByteBuffer bytes) throws IOException {
      if (channel == null) {
        channel =
            FileChannel.open(
                temporary,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
      }
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    @Override
    public void finish() throws IOException {
      if (channel != null) {
        channel.force(true);
        channel.close();
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      }
    }

    @Override
    public void close() throws IOException {
      if (channel != null) {
        channel.close();
        Files.deleteIfExists(temporary);
      }
    }
  }

  /** Compares what comes with the file that was sent, byte by byte. */
  final class Checking implements Drain {
    private static final int BLOCK_BYTES = 64 << 10;

    private final FileChannel expected;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    private long position;

    Checking(Path expected) throws IOException {
      this.expected = FileChannel.open(expected, StandardOpenOption.READ);
    }

    @Override
    public void accept(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        ByteBuffer part = bytes.slice(bytes.position(), Math.min(BLOCK_BYTES, bytes.remaining()));
        block.clear().limit(part.remaining());
        while (block.hasRemaining() && expected.read(block) >= 0) {}
        int differs = part.mismatch(block.flip());
        if (differs >= 0) {
          throw new IOException("bytes differ from the file's at position " + (position + differs));
        }
        position += part.remaining();
        bytes.position(bytes.position() + part.remaining());
      }
    }

    @Override
    public void finish() throws IOException {
      if (position != expected.size()) {
        throw new IOException(
            "bytes are missing, expected=" + expected.size() + ", received=" + position);
      }
    }

    @Override
    public void close() throws IOException {
      expected.close();
    }
  }
}
