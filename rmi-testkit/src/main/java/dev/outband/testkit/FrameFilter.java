package dev.outband.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** Collects bytes to whole frames and lets an edit decide what passes in their place. */
final class FrameFilter implements Filter {

  private static final int HEADER_BYTES = 4;

  private final Edit edit;
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private int number;

  FrameFilter(Edit edit) {
    this.edit = edit;
  }

  /** What passes when a frame has come, given its number. */
  interface Edit {
    List<byte[]> frame(int number, byte[] frame);
  }

  /** What passes instead of one frame. */
  interface Rewrite {
    List<byte[]> instead(byte[] frame);
  }

  /** Holds one frame back until the next one has passed. */
  static final class Swap implements Edit {
    private final int index;
    private byte[] held;

    Swap(int index) {
      this.index = index;
    }

    @Override
    public List<byte[]> frame(int number, byte[] frame) {
      if (number == index) {
        held = frame;
        return List.of();
      }
      return number == index + 1 ? List.of(frame, held) : List.of(frame);
    }
  }

  @Override
  public void take(byte[] bytes, int count, Outlet outlet) throws IOException {
    partial.write(bytes, 0, count);
    byte[] all = partial.toByteArray();
    int at = 0;
    while (all.length - at >= HEADER_BYTES && all.length - at >= frameBytes(all, at)) {
      byte[] frame = new byte[frameBytes(all, at)];
      System.arraycopy(all, at, frame, 0, frame.length);
      at += frame.length;
      pass(edit.frame(number++, frame), outlet);
    }
    if (at > 0) {
      partial.reset();
      partial.write(all, at, all.length - at);
    }
  }

  @Override
  public void end(Outlet outlet) throws IOException {
    pass(List.of(partial.toByteArray()), outlet);
  }

  private static void pass(List<byte[]> pieces, Outlet outlet) throws IOException {
    for (byte[] piece : pieces) {
      if (piece.length > 0) {
        outlet.write(piece, 0, piece.length);
      }
    }
  }

  private static int frameBytes(byte[] bytes, int at) {
    return HEADER_BYTES
        + ((bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff));
  }
}
