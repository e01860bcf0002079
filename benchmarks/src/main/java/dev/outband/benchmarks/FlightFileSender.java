package dev.outband.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.arrow.flight.BackpressureStrategy;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Reads a file straight into Arrow's buffers, a batch of one value after the other. */
final class FlightFileSender extends NoOpFlightProducer implements AutoCloseable {
  private static final int BATCH_BYTES = 1 << 20;
  private static final long READY_DEADLINE_MS = 30_000;
  private static final Schema SCHEMA =
      new Schema(List.of(Field.notNullable("bytes", ArrowType.Binary.INSTANCE)));

  private final Workplace workplace;
  private final BufferAllocator allocator;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(task -> new Thread(task, "flight-sender"));

  FlightFileSender(Workplace workplace, BufferAllocator allocator) {
    this.workplace = workplace;
    this.allocator = allocator;
  }

  /**
   * On a thread of its own: the listener's word that it is ready again comes on the thread of this
   * call, so one that waits for it here waits in vain.
   */
  @Override
  public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
    threads.execute(() -> send(ticket, listener));
  }

  private void send(Ticket ticket, ServerStreamListener listener) {
    long bytes = ByteBuffer.wrap(ticket.getBytes()).getLong();
    var backpressure = new BackpressureStrategy.CallbackBackpressureStrategy();
    backpressure.register(listener);
    try (FileChannel file = FileChannel.open(workplace.input(bytes), StandardOpenOption.READ);
        VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator)) {
      listener.setUseZeroCopy(true);
      listener.start(root);
      for (long left = bytes; left > 0; left -= BATCH_BYTES) {
        if (backpressure.waitForListener(READY_DEADLINE_MS)
            != BackpressureStrategy.WaitResult.READY) {
          throw new IOException("the receiver was not ready within " + READY_DEADLINE_MS + " ms");
        }
        fill(file, (VarBinaryVector) root.getVector(0), (int) Math.min(BATCH_BYTES, left));
        root.setRowCount(1);
        listener.putNext();
      }
      listener.completed();
    } catch (IOException e) {
      listener.error(CallStatus.INTERNAL.withCause(e).toRuntimeException());
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }

  /** Into fresh buffers, because the network may still hold those of the batch before. */
  private static void fill(FileChannel file, VarBinaryVector column, int bytes) throws IOException {
    column.allocateNew(bytes, 1);
    ByteBuffer value = column.getDataBuffer().nioBuffer(0, bytes);
    while (value.hasRemaining()) {
      if (file.read(value) < 0) {
        throw new EOFException("the file ends early");
      }
    }
    column.getOffsetBuffer().setInt(VarBinaryVector.OFFSET_WIDTH, bytes);
    column.setIndexDefined(0);
    column.setLastSet(0);
    column.setValueCount(1);
  }
}
