package dev.outband.benchmarks;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** Sends one file as fast as the call is ready for it; called by one thread at a time. */
final class GrpcFileSender {
  private final ServerCallStreamObserver<InputStream> observer;
  private final FileChannel file;
  private final ByteBuffer direct;
  private final byte[] message;
  private long left;

  private GrpcFileSender(
      ServerCallStreamObserver<InputStream> observer, FileChannel file, long bytes) {
    this.observer = observer;
    this.file = file;
    left = bytes;
    int most = (int) Math.min(GrpcContender.MESSAGE_BYTES, bytes);
    direct = ByteBuffer.allocateDirect(most);
    message = new byte[most];
  }

  /** Begins to answer a call. */
  static void start(Workplace workplace, long bytes, StreamObserver<InputStream> response) {
    var observer = (ServerCallStreamObserver<InputStream>) response;
    try {
      FileChannel file = FileChannel.open(workplace.input(bytes), StandardOpenOption.READ);
      observer.setOnReadyThreshold(GrpcContender.WINDOW_BYTES);
      observer.setOnReadyHandler(new GrpcFileSender(observer, file, bytes)::sendWhileReady);
    } catch (IOException e) {
      observer.onError(Status.NOT_FOUND.withCause(e).asException());
    }
  }

  private void sendWhileReady() {
    try {
      while (left > 0 && observer.isReady()) {
        sendOne();
      }
      if (left == 0 && file.isOpen()) {
        file.close();
        observer.onCompleted();
      }
    } catch (IOException e) {
      observer.onError(Status.DATA_LOSS.withCause(e).asException());
    }
  }

  private void sendOne() throws IOException {
    if (file.read(direct.clear()) < 0) {
      throw new EOFException("the file ends early");
    }
    int bytes = direct.flip().remaining();
    direct.get(message, 0, bytes);
    observer.onNext(new GrpcFiles.Message(message, bytes));
    left -= bytes;
  }
}
