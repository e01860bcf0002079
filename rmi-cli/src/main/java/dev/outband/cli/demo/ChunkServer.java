package dev.outband.cli.demo;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.rmi.RemoteException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Serves the files of the demonstration in chunks, and keeps them open. Safe for use by several
 * threads.
 */
public final class ChunkServer implements ChunkService, AutoCloseable {

  private static final Pattern NAME = Pattern.compile("[a-z-]+\\.bin");

  private final Path folder;

  /** Guarded by this. */
  private final Map<String, FileChannel> open = new HashMap<>();

  /**
   * Makes the service.
   *
   * @param folder where the files are; each is opened at its first read, and not again
   */
  public ChunkServer(Path folder) {
    this.folder = folder;
  }

  @Override
  public byte[] read(String name, long offset, int maxBytes) throws RemoteException {
    if (!NAME.matcher(name).matches()) {
      throw new RemoteException("the name must be of the form " + NAME);
    }
    if (offset < 0 || maxBytes < 1 || maxBytes > MAX_CHUNK_BYTES) {
      throw new RemoteException(
          "offset must be 0 or more, not "
              + offset
              + ", maxBytes 1.."
              + MAX_CHUNK_BYTES
              + ", not "
              + maxBytes);
    }
    try {
      FileChannel channel = channel(name);
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

  private synchronized FileChannel channel(String name) throws IOException {
    FileChannel channel = open.get(name);
    if (channel == null) {
      channel = FileChannel.open(folder.resolve(name), StandardOpenOption.READ);
      open.put(name, channel);
    }
    return channel;
  }

  @Override
  public synchronized void close() throws IOException {
    for (FileChannel channel : open.values()) {
      channel.close();
    }
    open.clear();
  }
}
