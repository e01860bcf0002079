package dev.outband.testkit;

import static dev.outband.api.Direction.FROM_LISTENER;
import static dev.outband.api.Direction.TO_LISTENER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Direction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class TamperCutTest extends MatrixTest {

  private static final int OFFSETS = 1_000;

  TamperCutTest() {
    super(Rig.SHORT);
  }

  @Test
  void shouldFailAtBothEndsWhenTheOpeningIsCutAtAnyByte() throws Exception {
    Path source = file("small", SMALL_BYTES);
    Recording good = record(source);
    List<Case> cases = new ArrayList<>();
    int openingBytes = good.start(TO_LISTENER, 2);
    int acceptedAt = good.start(FROM_LISTENER, 1);
    int acceptedEnd = good.start(FROM_LISTENER, 2);
    for (CutBy how : CutBy.values()) {
      for (int at = 0; at < openingBytes; at++) {
        cases.add(cut(source, TO_LISTENER, at, how, Expected.CUT_BEFORE_PROOF));
      }
      for (int at = 0; at < acceptedEnd; at++) {
        Expected expected = at < acceptedAt ? Expected.CUT_BEFORE_PROOF : Expected.CUT_IN_ACCEPTED;
        cases.add(cut(source, FROM_LISTENER, at, how, expected));
      }
    }
    assertThat(Matrix.run(rig, targets, "opening cut", cases))
        .isEqualTo(2 * (openingBytes + acceptedEnd));
  }

  @Test
  void shouldFailAtBothEndsWhenTheSegmentsAreCutAnywhere() throws Exception {
    Path source = file("large", LARGE_BYTES);
    Recording good = record(source);
    List<Case> cases = new ArrayList<>();
    int openingBytes = good.start(TO_LISTENER, 2);
    for (int i = 0; i < OFFSETS; i++) {
      int at = openingBytes + random.nextInt(good.toListener().length - openingBytes);
      for (CutBy how : CutBy.values()) {
        cases.add(cut(source, TO_LISTENER, at, how, Expected.CUT_IN_SEGMENTS));
      }
    }
    assertThat(Matrix.run(rig, targets, "segments cut", cases)).isEqualTo(2 * OFFSETS);
  }

  @Test
  void shouldFailAtBothEndsWhenTheSegmentsAreCutAtABoundary() throws Exception {
    Path source = file("large", LARGE_BYTES);
    Recording good = record(source);
    List<Case> cases = new ArrayList<>();
    int frames = good.frames(TO_LISTENER).size();
    for (int frame = 2; frame < frames; frame++) {
      int start = good.start(TO_LISTENER, frame);
      int end = good.start(TO_LISTENER, frame + 1);
      for (CutBy how : CutBy.values()) {
        for (int at :
            new int[] {start, start + 1, start + 3, start + 4, end - 17, end - 16, end - 1}) {
          cases.add(cut(source, TO_LISTENER, at, how, Expected.CUT_IN_SEGMENTS));
        }
      }
    }
    assertThat(frames).isEqualTo(5);
    assertThat(Matrix.run(rig, targets, "segments cut at boundaries", cases)).isEqualTo(3 * 7 * 2);
  }

  @Test
  void shouldCompleteAtTheReceiverAloneWhenTheReceiptIsCutAtAnyByte() throws Exception {
    Path source = file("small", SMALL_BYTES);
    Recording good = record(source);
    List<Case> cases = new ArrayList<>();
    int receiptAt = good.start(FROM_LISTENER, 2);
    int receiptEnd = good.start(FROM_LISTENER, 3);
    for (int at = receiptAt; at < receiptEnd; at++) {
      for (CutBy how : CutBy.values()) {
        cases.add(cut(source, FROM_LISTENER, at, how, Expected.CUT_IN_RECEIPT));
      }
    }
    assertThat(Matrix.run(rig, targets, "receipt cut", cases))
        .isEqualTo(2 * (receiptEnd - receiptAt));
  }

  @Test
  void shouldFailAtBothEndsWhenADirectionStalls() throws Exception {
    Path source = file("large", LARGE_BYTES);
    Recording good = record(source);
    List<Case> cases = new ArrayList<>();
    for (int frame = 0; frame < good.frames(TO_LISTENER).size(); frame++) {
      Fault stall = Fault.stall(good.start(TO_LISTENER, frame) + 2);
      Expected expected = frame < 2 ? Expected.STALLED_BEFORE_PROOF : Expected.STALLED_SEGMENTS;
      cases.add(new Case(source, Plan.of(TO_LISTENER, stall), expected));
    }
    Expected[] back = {
      Expected.STALLED_BEFORE_PROOF, Expected.STALLED_ACCEPTED, Expected.STALLED_RECEIPT
    };
    for (int frame = 0; frame < good.frames(FROM_LISTENER).size(); frame++) {
      Fault stall = Fault.stall(good.start(FROM_LISTENER, frame) + 2);
      cases.add(new Case(source, Plan.of(FROM_LISTENER, stall), back[frame]));
    }
    assertThat(Matrix.run(rig, targets, "stalled", cases)).isEqualTo(5 + 3);
  }

  private static Case cut(Path source, Direction direction, int at, CutBy how, Expected expected) {
    return new Case(source, Plan.of(direction, Fault.cut(at, how)), expected);
  }
}
