package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Code;
import dev.outband.api.Endpoint;
import dev.outband.api.TransferException;
import dev.outband.transport.ActiveTransmission.Candidate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CandidatesTest {
  private static final Candidate ONE = candidate(1);
  private static final Candidate OTHER = candidate(2);

  private final Candidates candidates = new Candidates(List.of(ONE, OTHER));

  private static Candidate candidate(int port) {
    return new Candidate(
        new Endpoint("127.0.0.1", port),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  private static TransferException failure(Code code) {
    return new TransferException(code, code.name());
  }

  @Test
  void shouldTryOneForTheSecondTimeBehindTheUntriedAndNotForTheThird() {
    assertThat(candidates.next()).isEqualTo(ONE);
    assertThat(candidates.tryAgain()).isTrue();
    assertThat(candidates.untried()).isEqualTo(1);
    assertThat(candidates.next()).isEqualTo(OTHER);
    assertThat(candidates.untried()).isZero();
    assertThat(candidates.next()).isEqualTo(ONE);
    assertThat(candidates.tryAgain()).isFalse();
    assertThat(candidates.hasNext()).isFalse();
  }

  @Test
  void shouldGoBackToTheOneAtWhichATransferHasBegunAndToNoOther() {
    candidates.next();
    candidates.tryAgain();
    candidates.next();
    candidates.opened();
    candidates.redial();
    assertThat(candidates.next()).isEqualTo(OTHER);
    assertThat(candidates.hasNext()).isFalse();
  }

  @Test
  void shouldNotCountAWarmConnectionAsATry() {
    assertThat(candidates.use(OTHER.address())).isEqualTo(OTHER);
    assertThat(candidates.current()).isEqualTo(OTHER);
    assertThat(candidates.next()).isEqualTo(ONE);
    assertThat(candidates.next()).isEqualTo(OTHER);
  }

  @Test
  void shouldTellTheFirstCodeThatSaysMoreThanThatNobodyAnswered() {
    candidates.next();
    candidates.failed(failure(Code.CONNECTION_LOST), true);
    candidates.failed(failure(Code.UNREACHABLE), false);
    candidates.failed(failure(Code.FORBIDDEN), false);
    candidates.failed(failure(Code.TIMEOUT), false);
    UUID id = UUID.randomUUID();
    TransferException told = candidates.failure(id);
    assertThat(told.code()).isEqualTo(Code.FORBIDDEN);
    assertThat(told)
        .hasMessageContaining("127.0.0.1:1 (127.0.0.1): CONNECTION_LOST; ")
        .hasMessageEndingWith("TIMEOUT");
  }
}
