package dev.outband.testkit;

import dev.outband.api.Direction;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Both directions of a connection, and the frames in them. */
@SuppressWarnings(
    "ArrayRecordComponent") // handed from one step of a test to the next, never compared
record Recording(byte[] toListener, byte[] fromListener) {

  byte[] bytes(Direction direction) {
    return direction == Direction.TO_LISTENER ? toListener : fromListener;
  }

  List<byte[]> frames(Direction direction) {
    List<byte[]> frames = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes(direction));
    while (in.hasRemaining()) {
      byte[] frame = new byte[4 + (in.getInt(in.position()) & 0xffffff)];
      in.get(frame);
      frames.add(frame);
    }
    return frames;
  }

  /** Where a frame starts in its direction. */
  int start(Direction direction, int frame) {
    return frames(direction).subList(0, frame).stream().mapToInt(bytes -> bytes.length).sum();
  }
}
