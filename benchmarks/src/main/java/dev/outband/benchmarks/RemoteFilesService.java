package dev.outband.benchmarks;

import dev.outband.api.Confirmation;
import dev.outband.api.ReceptionObject;
import dev.outband.api.TransferException;
import dev.outband.transport.Source;
import dev.outband.transport.Transmitter;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.rmi.RemoteException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Serves the workplace's files. A file that is read in blocks is opened once, as is its buffer. */
final class RemoteFilesService implements RemoteFiles {
  private final Workplace workplace;
  private final Transmitter transmitter;
  private final Map<Long, FileChannel> open = new ConcurrentHashMap<>();
  private final ThreadLocal<ByteBuffer> buffers =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(RmiTlsContender.BLOCK_BYTES));

  RemoteFilesService(Workplace workplace, Transmitter transmitter) {
    this.workplace = workplace;
    this.transmitter = transmitter;
  }

  @Override
  public byte[] read(long fileBytes, long position, int bytes) throws RemoteException {
    ByteBuffer buffer = buffers.get().clear().limit(bytes);
    try {
      FileChannel file = open.computeIfAbsent(fileBytes, this::openFile);
      while (buffer.hasRemaining()) {
        if (file.read(buffer, position + buffer.position()) < 0) {
          throw new EOFException("the file ends before " + (position + bytes));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new RemoteException("cannot read the file", e);
    }
    byte[] block = new byte[bytes];
    buffer.flip().get(block);
    return block;
  }

  @Override
  public Confirmation fetch(long fileBytes, ReceptionObject reception) throws TransferException {
    return transmitter.transmit(Source.file(workplace.input(fileBytes)), reception);
  }

  private FileChannel openFile(long fileBytes) {
    try {
      return FileChannel.open(workplace.input(fileBytes), StandardOpenOption.READ);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
