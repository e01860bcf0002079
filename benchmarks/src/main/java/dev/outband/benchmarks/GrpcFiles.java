package dev.outband.benchmarks;

import io.grpc.Detachable;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** The gRPC service, with marshallers that copy no more than grpc-java itself does. */
final class GrpcFiles {

  /** A length as eight bytes. */
  static final MethodDescriptor.Marshaller<Long> LENGTH =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(Long length) {
          return new ByteArrayInputStream(ByteBuffer.allocate(Long.BYTES).putLong(length).array());
        }

        @Override
        public Long parse(InputStream bytes) {
          try {
            return new DataInputStream(bytes).readLong();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  /** Bytes as they are: a receiver gets the transport's own buffers, and closes the stream. */
  static final MethodDescriptor.Marshaller<InputStream> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(InputStream message) {
          return message;
        }

        @Override
        public InputStream parse(InputStream bytes) {
          return bytes instanceof Detachable detachable ? detachable.detach() : bytes;
        }
      };

  /** The one method: the length of the wanted file, and its bytes in messages. */
  static final MethodDescriptor<Long, InputStream> FETCH =
      MethodDescriptor.<Long, InputStream>newBuilder()
          .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
          .setFullMethodName(MethodDescriptor.generateFullMethodName("bench.Files", "Fetch"))
          .setRequestMarshaller(LENGTH)
          .setResponseMarshaller(BYTES)
          .build();

  private GrpcFiles() {}

  /** A message that writes itself into the transport's buffers at once. */
  static final class Message extends ByteArrayInputStream implements Drainable, KnownLength {

    /**
     * Makes one.
     *
     * @param bytes free for the next message when this one is sent
     * @param length how many of them are meant
     */
    Message(byte[] bytes, int length) {
      super(bytes, 0, length);
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int drained = count - pos;
      target.write(buf, pos, drained);
      pos = count;
      return drained;
    }
  }
}
