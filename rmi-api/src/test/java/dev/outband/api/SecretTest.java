package dev.outband.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SecretTest {

  private final Secret secret = Secret.random(new SecureRandom());

  @Test
  void shouldPrintNothingOfItselfWhereverItIsInside() {
    Ticket ticket =
        new Ticket(UUID.randomUUID(), secret, Direction.TO_LISTENER, Protection.PRIVACY, 10, 0, "");
    ReceptionStub stub = new ReceptionStub(List.of(Endpoint.observed(7098)), ticket);
    String hex = HexFormat.of().formatHex(secret.expose());
    assertThat(List.of(secret.toString(), ticket.toString(), stub.toString()))
        .allSatisfy(text -> assertThat(text).contains("redacted").doesNotContain(hex));
  }

  @Test
  void shouldTravelWithItsBytes() throws Exception {
    assertThat(Serialized.copy(secret)).isEqualTo(secret).isNotSameAs(secret);
  }

  @Test
  void shouldGiveUpCopies() {
    secret.expose()[0] ^= 1;
    assertThat(Secret.of(secret.expose())).isEqualTo(secret);
  }

  @Test
  void shouldRefuseAnotherLength() {
    assertThatThrownBy(() -> Secret.of(new byte[31]))
        .hasMessage("secret length must be 32..32, not 31");
  }

  @Test
  void shouldTellSecretsApart() {
    assertThat(Secret.random(new SecureRandom())).isNotEqualTo(secret).hasSameHashCodeAs(secret);
  }
}
