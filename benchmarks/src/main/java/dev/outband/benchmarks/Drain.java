package dev.outband.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Where receivers without sinks of their own put the bytes of one fetch. Not thread-safe. */
interface Drain extends AutoCloseable {

  /** Takes all that remains in the buffer. */
  void accept(ByteBuffer bytes) throws IOException;

  /** Says that this was all: only then is a file there under its final name. */
  void finish() throws IOException;

  @Override
  void close() throws IOException;

  /** Drops everything. */
  static Drain discard() {
    return new Discard();
  }

  /** Does what Outband's file sink does: a temporary name, force, an atomic move. */
  static Drain file(Path target) throws IOException {
    return new ToFile(target);
  }

  /** Drops bytes. */
  final class Discard implements Drain {
    private Discard() {}

    @Override
    public void accept(ByteBuffer bytes) {
      bytes.position(bytes.limit());
    }

    @Override
    public void finish() {}

    @Override
    public void close() {}
  }

  /** Writes bytes. */
  final class ToFile implements Drain {
    private final Path target;
    private final Path temporary;
    private final FileChannel channel;

    private ToFile(Path target) throws IOException {
      this.target = target;
      temporary = target.resolveSibling(target.getFileName() + ".part");
      channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
    }

    @Override
    public void accept(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    @Override
    public void finish() throws IOException {
      channel.force(true);
      channel.close();
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
      channel.close();
      Files.deleteIfExists(temporary);
    }
  }
}
