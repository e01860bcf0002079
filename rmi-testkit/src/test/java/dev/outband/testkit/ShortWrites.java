package dev.outband.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file that takes at most 1,000 bytes a write, and fails at one of them or when it is forced. */
final class ShortWrites extends FileChannel {

  private static final int BYTES_A_WRITE = 1_000;

  private final FileChannel file;
  private final int failing;
  private final boolean unforced;
  private int writes;

  ShortWrites(FileChannel file, int failing, boolean unforced) {
    this.file = file;
    this.failing = failing;
    this.unforced = unforced;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    fail();
    ByteBuffer few = few(from);
    int count = file.write(few);
    from.position(from.position() + count);
    return count;
  }

  @Override
  public int write(ByteBuffer from, long position) throws IOException {
    fail();
    int count = file.write(few(from), position);
    from.position(from.position() + count);
    return count;
  }

  private void fail() throws IOException {
    if (++writes == failing) {
      throw new IOException("write " + writes);
    }
  }

  private static ByteBuffer few(ByteBuffer from) {
    return from.slice(from.position(), Math.min(from.remaining(), BYTES_A_WRITE));
  }

  @Override
  public void force(boolean metaData) throws IOException {
    if (unforced) {
      throw new IOException("force");
    }
    file.force(metaData);
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    return file.position(position);
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    return file.truncate(size);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    file.close();
  }

  @Override
  public int read(ByteBuffer into) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long read(ByteBuffer[] into, int from, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int read(ByteBuffer into, long position) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long write(ByteBuffer[] from, int first, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }
}
