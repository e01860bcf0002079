package dev.outband.testkit;

import static dev.outband.api.Direction.FROM_LISTENER;
import static dev.outband.api.Direction.TO_LISTENER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Direction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every single bit of a transfer of 4 KiB, both directions. */
@Timeout(300)
class TamperFlipTest extends MatrixTest {

  /** Where in their frames the fields start. */
  private static final int HEADER = 4;

  private static final int LOOKUP = HEADER + 4 + 1;
  private static final int HELLO_NONCE = LOOKUP + 16;
  private static final int CHALLENGE_NONCE = HEADER + 1;

  private final List<Case> cases = new ArrayList<>();
  private Path source;
  private Recording good;

  TamperFlipTest() {
    super(Rig.SHORT);
  }

  @BeforeEach
  void recordGood() throws Exception {
    source = file("small", SMALL_BYTES);
    good = record(source);
    assertThat(good.frames(TO_LISTENER)).hasSize(3);
    assertThat(good.frames(FROM_LISTENER)).hasSize(3);
  }

  @Test
  void shouldFailWhenAnyBitToTheListenerIsFlipped() throws Exception {
    int hello = 0;
    int open = good.start(TO_LISTENER, 1);
    int last = good.start(TO_LISTENER, 2);
    flips(TO_LISTENER, hello, hello + LOOKUP, Expected.CHANGED_BEFORE_PROOF);
    flips(TO_LISTENER, hello + LOOKUP, hello + HELLO_NONCE, Expected.UNKNOWN);
    flips(TO_LISTENER, hello + HELLO_NONCE, open, Expected.UNPROVEN_LISTENER);
    flips(TO_LISTENER, open, open + HEADER, Expected.CHANGED_BEFORE_PROOF);
    flips(TO_LISTENER, open + HEADER, last, Expected.CUT_BEFORE_PROOF);
    flips(TO_LISTENER, last, last + HEADER, Expected.CHANGED_SEGMENTS);
    flips(TO_LISTENER, last + HEADER, good.toListener().length, Expected.CORRUPT_SEGMENTS);
    assertThat(good.toListener().length).isGreaterThan(SMALL_BYTES);
    assertThat(Matrix.run(rig, targets, "flipped to the listener", cases))
        .isEqualTo(8 * good.toListener().length);
  }

  @Test
  void shouldFailWhenAnyBitFromTheListenerIsFlipped() throws Exception {
    int challenge = 0;
    int accepted = good.start(FROM_LISTENER, 1);
    int receipt = good.start(FROM_LISTENER, 2);
    flips(FROM_LISTENER, challenge, challenge + CHALLENGE_NONCE, Expected.CHANGED_BEFORE_PROOF);
    flips(FROM_LISTENER, challenge + CHALLENGE_NONCE, accepted, Expected.UNPROVEN_LISTENER);
    flips(FROM_LISTENER, accepted, accepted + HEADER, Expected.CHANGED_ACCEPTED);
    flips(FROM_LISTENER, accepted + HEADER, receipt, Expected.CORRUPT_ACCEPTED);
    flips(FROM_LISTENER, receipt, receipt + HEADER, Expected.CHANGED_RECEIPT);
    flips(FROM_LISTENER, receipt + HEADER, good.fromListener().length, Expected.CORRUPT_RECEIPT);
    assertThat(Matrix.run(rig, targets, "flipped from the listener", cases))
        .isEqualTo(8 * good.fromListener().length);
  }

  private void flips(Direction direction, int fromByte, int toByte, Expected expected) {
    for (long bit = 8L * fromByte; bit < 8L * toByte; bit++) {
      cases.add(new Case(source, Plan.of(direction, Fault.flip(bit)), expected));
    }
  }
}
