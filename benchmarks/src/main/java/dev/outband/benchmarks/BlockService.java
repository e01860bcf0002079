package dev.outband.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.rmi.RemoteException;

/**
 * Serves the workplace's files to one receiver. The array is used again once its size fits, because
 * RMI writes a result before its thread serves the next call; the file is opened once a transfer,
 * as by all contenders.
 */
final class BlockService implements BlockFiles {
  private static final int COPY_BYTES = 1 << 20;

  private final Workplace workplace;
  private final ByteBuffer direct = ByteBuffer.allocateDirect(COPY_BYTES);
  private byte[] block = {};
  private FileChannel file;

  BlockService(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public synchronized byte[] read(long fileBytes, long position, int bytes) throws RemoteException {
    try {
      if (position == 0) {
        open(fileBytes);
      }
      if (block.length != bytes) {
        block = new byte[bytes];
      }
      fill();
      if (position + bytes == fileBytes) {
        file.close();
      }
      return block;
    } catch (IOException e) {
      throw new RemoteException("cannot read the file", e);
    }
  }

  private void open(long fileBytes) throws IOException {
    if (file != null) {
      file.close();
    }
    file = FileChannel.open(workplace.input(fileBytes), StandardOpenOption.READ);
  }

  private void fill() throws IOException {
    for (int filled = 0; filled < block.length; filled += direct.limit()) {
      direct.clear().limit(Math.min(COPY_BYTES, block.length - filled));
      if (file.read(direct) < 0) {
        throw new EOFException("the file ends early");
      }
      direct.flip().get(block, filled, direct.limit());
    }
  }
}
