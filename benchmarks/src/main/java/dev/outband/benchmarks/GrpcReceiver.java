package dev.outband.benchmarks;

import io.grpc.CallOptions;
import io.grpc.HasByteBuffer;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;

/** The receiving end of {@link GrpcContender}. */
record GrpcReceiver(ManagedChannel channel) implements Contender.ReceivingEnd {
  private static final int COPY_BYTES = 64 << 10;

  @Override
  public long fetch(long bytes, Drain drain) throws IOException {
    Iterator<InputStream> messages =
        ClientCalls.blockingServerStreamingCall(
            channel, GrpcFiles.FETCH, CallOptions.DEFAULT, bytes);
    long received = 0;
    while (messages.hasNext()) {
      try (InputStream message = messages.next()) {
        received += drainAll(message, drain);
      }
    }
    return received;
  }

  /** In place where the transport has its buffers as such, else by one copy. */
  private static long drainAll(InputStream message, Drain drain) throws IOException {
    HasByteBuffer buffers = (HasByteBuffer) message;
    long drained = 0;
    while (message.available() > 0) {
      drained +=
          buffers.byteBufferSupported()
              ? drainPart(message, buffers.getByteBuffer(), drain)
              : copy(message, drain);
    }
    return drained;
  }

  private static long drainPart(InputStream message, ByteBuffer part, Drain drain)
      throws IOException {
    int bytes = part.remaining();
    drain.accept(part.duplicate());
    if (message.skip(bytes) != bytes) {
      throw new IOException("a message ends early");
    }
    return bytes;
  }

  private static long copy(InputStream message, Drain drain) throws IOException {
    byte[] part = message.readNBytes(COPY_BYTES);
    drain.accept(ByteBuffer.wrap(part));
    return part.length;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
