package dev.outband.cli.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/** The client of a {@link ChunkService}. */
public final class Chunks {

  private Chunks() {}

  /**
   * Fetches a file, a chunk a call, and makes it as a file sink does: under a temporary name,
   * forced, and moved.
   *
   * @param chunks the service
   * @param name the file in the server's folder
   * @param target the file to write; replaced if it exists
   * @param progress is told how many bytes are written so far
   * @throws IOException if a call fails or the file cannot be written
   */
  public static void fetch(ChunkService chunks, String name, Path target, LongConsumer progress)
      throws IOException {
    Path temporary = target.resolveSibling("chunks.part");
    try (FileChannel file =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] chunk = chunks.read(name, 0, ChunkService.MAX_CHUNK_BYTES);
      while (chunk.length > 0) {
        for (ByteBuffer rest = ByteBuffer.wrap(chunk); rest.hasRemaining(); ) {
          file.write(rest);
        }
        progress.accept(file.position());
        chunk = chunks.read(name, file.position(), ChunkService.MAX_CHUNK_BYTES);
      }
      file.force(true);
    }
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
  }
}
