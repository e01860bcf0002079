package dev.outband.cli.demo;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.rmi.RemoteException;

/** Serves one file in chunks. Safe for use by several threads. */
public final class ChunkServer implements ChunkService, AutoCloseable {

  private final Path file;
  private FileChannel open;

  /**
   * Makes the service; the file may come to be later.
   *
   * @param file opened at the first read, and not again
   */
  public ChunkServer(Path file) {
    this.file = file;
  }

  @Override
  public byte[] read(long offset, int maxBytes) throws RemoteException {
    if (offset < 0 || maxBytes < 1 || maxBytes > MAX_CHUNK_BYTES) {
      throw new RemoteException("offset must be 0 or more, not " + offset + ", maxBytes 1.." + MAX_CHUNK_BYTES + ", not " + maxBytes);
    }
    try {
      FileChannel channel = channel();
      byte[] chunk = new byte[(int) Math.max(0, Math.min(maxBytes, channel.size() - offset))];
      ByteBuffer rest = ByteBuffer.wrap(chunk);
      while (rest.hasRemaining()) {
        if (channel.read(rest, offset + rest.position()) < 0) {
          throw new EOFException("the file shrank");
        }
      }
      return chunk;
    } catch (IOException e) {
      throw new RemoteException("the file cannot be read: " + e.getClass().getSimpleName());
    }
  }

  @Override
  public void resetHeapPeak() {
    HeapPeak.reset();
  }

  @Override
  public long heapPeakBytes() {
    return HeapPeak.bytes();
  }

  private synchronized FileChannel channel() throws IOException {
    if (open == null) {
      open = FileChannel.open(file, StandardOpenOption.READ);
    }
    return open;
  }

  @Override
  public synchronized void close() throws IOException {
    if (open != null) {
      open.close();
    }
  }
}
