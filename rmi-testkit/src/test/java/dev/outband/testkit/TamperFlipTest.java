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

/** Every single bit of a transfer of 4 KiB, both directions. */
@Timeout(300)
class TamperFlipTest extends MatrixTest {

  @Test
  void shouldFailWhenAnyBitToTheListenerIsFlipped() throws Exception {
    Path source = file("small", SMALL_BYTES);
    Recording good = rig.record(source, targets.resolve("good"));
    List<Case> cases = new ArrayList<>();
    flips(cases, source, good, TO_LISTENER, 0, Expected.CHANGED_BEFORE_PROOF);
    flips(cases, source, good, TO_LISTENER, 1, Expected.CHANGED_BEFORE_PROOF);
    flips(cases, source, good, TO_LISTENER, 2, Expected.CHANGED_SEGMENTS);
    assertThat(good.frames(TO_LISTENER)).hasSize(3);
    assertThat(good.toListener().length).isGreaterThan(SMALL_BYTES);
    assertThat(Matrix.run(rig, targets, "flipped to the listener", cases)).isEqualTo(8 * good.toListener().length);
  }

  @Test
  void shouldFailWhenAnyBitFromTheListenerIsFlipped() throws Exception {
    Path source = file("small", SMALL_BYTES);
    Recording good = rig.record(source, targets.resolve("good"));
    List<Case> cases = new ArrayList<>();
    flips(cases, source, good, FROM_LISTENER, 0, Expected.CHANGED_BEFORE_PROOF);
    flips(cases, source, good, FROM_LISTENER, 1, Expected.CHANGED_ACCEPTED);
    flips(cases, source, good, FROM_LISTENER, 2, Expected.CHANGED_RECEIPT);
    assertThat(good.frames(FROM_LISTENER)).hasSize(3);
    assertThat(Matrix.run(rig, targets, "flipped from the listener", cases)).isEqualTo(8 * good.fromListener().length);
  }

  private static void flips(
      List<Case> cases, Path source, Recording good, Direction direction, int frame, Expected expected) {
    long end = 8L * good.start(direction, frame + 1);
    for (long bit = 8L * good.start(direction, frame); bit < end; bit++) {
      cases.add(new Case(source, Plan.of(direction, Fault.flip(bit)), expected));
    }
  }
}
