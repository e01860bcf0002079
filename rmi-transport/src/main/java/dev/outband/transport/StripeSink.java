package dev.outband.transport;

import dev.outband.api.Protection;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.OpenRequest;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes one stripe of an object, and writes it in its place. */
final class StripeSink extends Sink {

  private final Stripes stripes;
  private final int stream;
  private OpenRequest announced;
  private long position;

  StripeSink(Stripes stripes, int stream) {
    this.stripes = stripes;
    this.stream = stream;
  }

  @Override
  int stream() {
    return stream;
  }

  /** Once it is known that one stream carries the object, there is no other. */
  @Override
  int streams() {
    return stripes.carrying().getNow(stripes.streams());
  }

  @Override
  Held held() {
    return stripes.held();
  }

  @Override
  long limit() {
    return stripes.sink().limit();
  }

  @Override
  Protection floor() {
    return stripes.sink().floor();
  }

  /** An object that is so short comes whole. */
  @Override
  boolean takesInband() {
    return stream == 0 && stripes.sink().takesInband();
  }

  @Override
  boolean mayBlock() {
    return stripes.sink().mayBlock();
  }

  @Override
  boolean commitsSlowly() {
    return stripes.sink().commitsSlowly();
  }

  @Override
  void announced(OpenRequest object) {
    announced = object;
    stripes.announced(object);
  }

  @Override
  void open(BlockingThreads threads) throws IOException, TransferException {
    boolean opened = false;
    try {
      stripes.open(announced, threads);
      opened = true;
    } finally {
      if (!opened) {
        stripes.end(stream);
      }
    }
  }

  @Override
  void openedAgain() throws TransferException {
    stripes.requireSameObject(announced);
  }

  @Override
  void write(ByteBuffer content, ByteBuffer through) throws IOException {
    int count = content.remaining();
    stripes.write(announced.stripe().start() + position, content, through);
    position += count;
  }

  @Override
  boolean rewind(long to) throws IOException {
    position = to;
    return announced.streams() > 1 || stripes.sink().rewind(to);
  }

  @Override
  void commit() throws IOException {
    stripes.commit(stream);
  }

  @Override
  void drop() throws IOException {
    stripes.end(stream);
  }
}
