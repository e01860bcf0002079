package dev.outband.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class TransferExceptionTest {

  @Test
  void shouldLeaveItsCauseAtHome() throws Exception {
    UUID id = UUID.randomUUID();
    TransferException failure =
        new TransferException(Code.NO_SPACE, "disk full", id, new IOException("/secret/path"));
    failure.addSuppressed(new IllegalStateException("more of home"));

    TransferException arrived = (TransferException) Serialized.copy(failure);

    assertThat(arrived.code()).isEqualTo(Code.NO_SPACE);
    assertThat(arrived).hasMessage("disk full").hasNoCause().hasNoSuppressedExceptions();
    assertThat(arrived.transferId()).isEqualTo(id);
    assertThat(arrived.getStackTrace()).isEmpty();
    assertThat(new String(Serialized.bytes(failure), java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("/secret/path", "more of home", "TransferExceptionTest");
  }

  @Test
  void shouldHaveOneLine() {
    TransferException failure =
        new TransferException(Code.INVALID, "a\nb\rc\u2028d" + "x".repeat(1000));
    assertThat(failure.getMessage())
        .startsWith("a?b?c?dx")
        .hasSize(TransferException.MAX_MESSAGE_CHARS);
  }
}
