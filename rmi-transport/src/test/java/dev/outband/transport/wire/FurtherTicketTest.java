package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Direction;
import dev.outband.api.Endpoint;
import dev.outband.api.FurtherStream;
import dev.outband.api.Protection;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Secret;
import dev.outband.api.Ticket;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class FurtherTicketTest {

  private static final FurtherStream SECOND = new FurtherStream(1, 3, 5);
  private static final FurtherStream THIRD = new FurtherStream(2, 3, 0);

  private final Ticket first =
      new Ticket(
          UUID.randomUUID(),
          Secret.random(new SecureRandom()),
          Direction.TO_LISTENER,
          Protection.AUTHENTICATION,
          100,
          7,
          "v1",
          0,
          3);
  private final ReceptionStub stub =
      new ReceptionStub(List.of(Endpoint.observed(9)), first, 0, List.of(SECOND, THIRD));

  @Test
  void shouldBeForTheSameObjectUnderTheTermsOfTheStub() {
    Ticket derived = FurtherTicket.of(stub.withFloor(Protection.PRIVACY).ticket(), SECOND);
    assertThat(derived.floor()).isEqualTo(Protection.PRIVACY);
    assertThat(derived.direction()).isEqualTo(Direction.TO_LISTENER);
    assertThat(derived.byteLimit()).isEqualTo(100);
    assertThat(derived.contentTag()).isEqualTo("v1");
    assertThat(derived.offset()).isEqualTo(5);
    assertThat(derived.stream()).isEqualTo(1);
    assertThat(derived.streams()).isEqualTo(3);
  }

  @Test
  void shouldHaveASecretAndAnIdOfItsOwnWhichBothEndsFind() {
    Ticket second = FurtherTicket.of(first, SECOND);
    Ticket third = FurtherTicket.of(first, THIRD);
    assertThat(List.of(first.secret(), second.secret(), third.secret())).doesNotHaveDuplicates();
    assertThat(List.of(first.id(), second.id(), third.id())).doesNotHaveDuplicates();
    assertThat(FurtherTicket.of(first.forStream(0, 1), SECOND)).isEqualTo(second);
  }
}
