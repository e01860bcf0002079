package dev.outband.testkit;

import static dev.outband.api.Direction.FROM_LISTENER;
import static dev.outband.api.Direction.TO_LISTENER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Direction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whole frames dropped, repeated, swapped, added, replaced. To the listener go HELLO, OPEN, DATA,
 * DATA, LAST; from it come CHALLENGE, ACCEPTED, RECEIPT.
 */
@Timeout(180)
class TamperFrameTest extends MatrixTest {

  private static final int LAST = 4;

  private final List<Case> cases = new ArrayList<>();
  private Path source;
  private Recording good;

  TamperFrameTest() {
    super(Rig.SHORT);
  }

  @BeforeEach
  void recordGood() throws Exception {
    source = file("large", LARGE_BYTES);
    good = record(source);
    assertThat(good.frames(TO_LISTENER)).hasSize(LAST + 1);
    assertThat(good.frames(FROM_LISTENER)).hasSize(3);
  }

  @Test
  void shouldFailAtBothEndsWhenAFrameIsDropped() throws Exception {
    toListener(Fault::dropFrame, Expected.STALLED_BEFORE_PROOF, 0, 1);
    toListener(Fault::dropFrame, Expected.CHANGED_SEGMENTS, 2, 3, LAST);
    fromListener(Fault::dropFrame, Expected.STALLED_BEFORE_PROOF, 0);
    fromListener(Fault::dropFrame, Expected.STALLED_ACCEPTED, 1);
    fromListener(Fault::dropFrame, Expected.CHANGED_RECEIPT, 2);
    assertThat(Matrix.run(rig, targets, "frames dropped", cases)).isEqualTo(8);
  }

  @Test
  void shouldFailAtBothEndsWhenAFrameIsRepeatedAndIgnoreWhatFollowsTheEnd() throws Exception {
    toListener(Fault::duplicateFrame, Expected.CHANGED_BEFORE_PROOF, 0);
    toListener(Fault::duplicateFrame, Expected.EXTENDED_OPEN, 1);
    toListener(Fault::duplicateFrame, Expected.CHANGED_SEGMENTS, 2, 3);
    toListener(Fault::duplicateFrame, Expected.BOTH_COMPLETE, LAST);
    fromListener(Fault::duplicateFrame, Expected.EXTENDED_CHALLENGE, 0);
    fromListener(Fault::duplicateFrame, Expected.EXTENDED_ACCEPTED, 1);
    fromListener(Fault::duplicateFrame, Expected.BOTH_COMPLETE, 2);
    assertThat(Matrix.run(rig, targets, "frames repeated", cases)).isEqualTo(8);
  }

  @Test
  void shouldFailAtBothEndsWhenFramesAreSwapped() throws Exception {
    toListener(Fault::swapFrames, Expected.STALLED_BEFORE_PROOF, 0, 1);
    toListener(Fault::swapFrames, Expected.CHANGED_SEGMENTS, 2, 3, LAST);
    fromListener(Fault::swapFrames, Expected.STALLED_BEFORE_PROOF, 0);
    fromListener(Fault::swapFrames, Expected.CHANGED_ACCEPTED.or(Expected.STALLED_ACCEPTED), 1);
    fromListener(Fault::swapFrames, Expected.CHANGED_RECEIPT, 2);
    assertThat(Matrix.run(rig, targets, "frames swapped", cases)).isEqualTo(8);
  }

  @Test
  void shouldFailAtBothEndsWhenAnythingIsAddedBeforeTheEnd() throws Exception {
    List<byte[]> additions = new ArrayList<>(good.frames(TO_LISTENER));
    additions.addAll(good.frames(FROM_LISTENER));
    additions.add(frame(0x10, new byte[16]));
    additions.add(frame(0x11, new byte[16]));
    additions.add(new byte[] {0});
    additions.add(noise(100_000));
    for (byte[] addition : additions) {
      toListener(index -> Fault.appendToFrame(index, addition), Expected.CHANGED_BEFORE_PROOF, 0);
      toListener(index -> Fault.appendToFrame(index, addition), Expected.EXTENDED_OPEN, 1);
      toListener(index -> Fault.appendToFrame(index, addition), Expected.CHANGED_SEGMENTS, 2, 3);
      toListener(index -> Fault.appendToFrame(index, addition), Expected.BOTH_COMPLETE, LAST);
      fromListener(index -> Fault.appendToFrame(index, addition), Expected.EXTENDED_CHALLENGE, 0);
      // A single byte is no frame: it spoils the next one, which is the receipt.
      Expected early = addition.length == 1 ? Expected.CHANGED_RECEIPT : Expected.EXTENDED_ACCEPTED;
      fromListener(index -> Fault.appendToFrame(index, addition), early, 1);
      fromListener(index -> Fault.appendToFrame(index, addition), Expected.BOTH_COMPLETE, 2);
    }
    assertThat(Matrix.run(rig, targets, "frames added", cases)).isEqualTo(12 * 8);
  }

  @Test
  void shouldFailAtBothEndsWhenAFrameOfAnotherConnectionTakesItsPlace() throws Exception {
    List<byte[]> there = good.frames(TO_LISTENER);
    List<byte[]> back = good.frames(FROM_LISTENER);
    toListener(
        index -> Fault.replaceFrame(index, there.get(index)), Expected.CHANGED_BEFORE_PROOF, 0, 1);
    toListener(
        index -> Fault.replaceFrame(index, there.get(index)),
        Expected.CHANGED_SEGMENTS,
        2,
        3,
        LAST);
    fromListener(
        index -> Fault.replaceFrame(index, back.get(index)), Expected.CHANGED_BEFORE_PROOF, 0);
    fromListener(index -> Fault.replaceFrame(index, back.get(index)), Expected.CHANGED_ACCEPTED, 1);
    fromListener(index -> Fault.replaceFrame(index, back.get(index)), Expected.CHANGED_RECEIPT, 2);
    assertThat(Matrix.run(rig, targets, "frames of another connection", cases)).isEqualTo(8);
  }

  @Test
  void shouldFailAtBothEndsWhenALengthIsAbsurdOrATypeUnknown() throws Exception {
    List<byte[]> headers = new ArrayList<>();
    for (int type : Peers.FRAME_TYPES) {
      for (int length : new int[] {0, 1, 0x7fffff, 0x800000, 0xffffff}) {
        headers.add(header(type, length));
      }
    }
    for (int type : new int[] {0x00, 0x06, 0x0f, 0x13, 0x21, 0x7f, 0x80, 0xff}) {
      headers.add(frame(type, new byte[65]));
    }
    for (byte[] header : headers) {
      toListener(index -> Fault.replaceFrame(index, header), Expected.CHANGED_BEFORE_PROOF, 0, 1);
      toListener(index -> Fault.replaceFrame(index, header), Expected.CHANGED_SEGMENTS, 2, LAST);
      fromListener(index -> Fault.replaceFrame(index, header), Expected.CHANGED_BEFORE_PROOF, 0);
      fromListener(index -> Fault.replaceFrame(index, header), Expected.CHANGED_ACCEPTED, 1);
      fromListener(index -> Fault.replaceFrame(index, header), Expected.CHANGED_RECEIPT, 2);
    }
    assertThat(Matrix.run(rig, targets, "absurd headers", cases)).isEqualTo((9 * 5 + 8) * 7);
  }

  @Test
  void shouldFailAtBothEndsWhenAFrameLosesItsTail() throws Exception {
    for (int lost : new int[] {1, 15, 16, 17}) {
      for (int index = 2; index <= LAST; index++) {
        byte[] frame = good.frames(TO_LISTENER).get(index);
        Fault fault = Fault.replaceFrame(index, Arrays.copyOf(frame, frame.length - lost));
        cases.add(new Case(source, Plan.of(TO_LISTENER, fault), Expected.CHANGED_SEGMENTS));
      }
    }
    assertThat(Matrix.run(rig, targets, "frames without a tail", cases)).isEqualTo(4 * 3);
  }

  @Test
  void shouldCompleteWhenEveryByteComesAlone() throws Exception {
    Path small = file("small", SMALL_BYTES);
    cases.add(
        new Case(
            small,
            new Plan(Fault.byteByByte(), Fault.byteByByte(), false),
            Expected.BOTH_COMPLETE));
    cases.add(new Case(small, Plan.of(TO_LISTENER, Fault.byteByByte()), Expected.BOTH_COMPLETE));
    cases.add(new Case(small, Plan.of(FROM_LISTENER, Fault.byteByByte()), Expected.BOTH_COMPLETE));
    cases.add(new Case(source, Plan.PASSING, Expected.BOTH_COMPLETE));
    assertThat(Matrix.run(rig, targets, "byte by byte", cases)).isEqualTo(4);
  }

  private void toListener(IntFunction<Fault> fault, Expected expected, int... frames) {
    add(TO_LISTENER, fault, expected, frames);
  }

  private void fromListener(IntFunction<Fault> fault, Expected expected, int... frames) {
    add(FROM_LISTENER, fault, expected, frames);
  }

  private void add(
      Direction direction, IntFunction<Fault> fault, Expected expected, int... frames) {
    for (int frame : frames) {
      cases.add(new Case(source, Plan.of(direction, fault.apply(frame)), expected));
    }
  }

  private static byte[] header(int type, int length) {
    return new byte[] {(byte) type, (byte) (length >>> 16), (byte) (length >>> 8), (byte) length};
  }

  private static byte[] frame(int type, byte[] payload) {
    byte[] frame = Arrays.copyOf(header(type, payload.length), 4 + payload.length);
    System.arraycopy(payload, 0, frame, 4, payload.length);
    return frame;
  }

  private byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    random.nextBytes(noise);
    return noise;
  }
}
