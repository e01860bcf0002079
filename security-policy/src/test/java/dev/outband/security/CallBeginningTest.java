package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CallBeginningTest {
  private static final byte[] OBJECT = ByteBuffer.allocate(22).putLong(5).putInt(77).array();

  private final CallBeginning beginning = new CallBeginning();

  @Test
  void shouldAdmitWhenTheNumbersOfACallMakeItsFirstBlockALongOne() throws Exception {
    byte[] call = call(OBJECT, 30);
    assertThat(call[4]).isEqualTo((byte) 0x7a);
    assertThat(complaint(call, call.length)).isNull();
    assertThat(complaint(call, 1)).isNull();
  }

  @Test
  void shouldAdmitWhenTheFirstBlockIsAShortOne() throws Exception {
    assertThat(complaint(call(OBJECT, 0), 1)).isNull();
    assertThat(complaint(call(OBJECT, 1), 7)).isNull();
  }

  @Test
  void shouldRefuseWhenTheObjectIsTheCollectorsHoweverItsBlockIs() throws Exception {
    byte[] collector = RawCall.reserved(2);
    for (int numbers : new int[] {0, 1, 30}) {
      assertThat(complaint(call(collector, numbers), 3)).startsWith("of RMI's own objects");
      assertThat(beginning.isLease()).isTrue();
    }
  }

  @Test
  void shouldRefuseWhenItsBlockIsShorterThanACall() throws Exception {
    byte[] call = call(OBJECT, 0);
    call[5] = 33;
    assertThat(complaint(call, 5)).isEqualTo("it begins as none of RMI's");
  }

  @Test
  void shouldTakeNothingUnlessACallIsExpected() {
    beginning.take(ByteBuffer.wrap(new byte[100]));
    assertThat(beginning.isExpected()).isFalse();
    assertThat(beginning.complaint()).isNull();
  }

  /** From the stream's header on. */
  private static byte[] call(byte[] object, int numbers) throws IOException {
    byte[] all =
        RawCall.of(
            object,
            -1,
            7,
            out -> {
              for (int i = 0; i < numbers; i++) {
                out.writeLong(i);
              }
            });
    return Arrays.copyOfRange(all, 8, all.length);
  }

  private String complaint(byte[] call, int atOnce) {
    beginning.expect();
    for (int from = 0; from < call.length; from += atOnce) {
      beginning.take(ByteBuffer.wrap(call, from, Math.min(atOnce, call.length - from)));
    }
    assertThat(beginning.isExpected()).isFalse();
    return beginning.complaint();
  }
}
