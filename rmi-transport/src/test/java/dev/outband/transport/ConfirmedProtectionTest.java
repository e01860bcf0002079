package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Mode;
import dev.outband.api.Protection;
import dev.outband.api.TransferException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A confirmation that says another level than the one at which the bytes travel. */
@Timeout(60)
class ConfirmedProtectionTest {

  private static final byte[] CONTENT = {1, 2, 3};

  private Planes planes;

  @BeforeEach
  void start() throws Exception {
    planes =
        Planes.of(
            Planes.loopback("receiver").floor(Protection.AUTHENTICATION).inbandBytes(100),
            Planes.loopback("sender").floor(Protection.AUTHENTICATION));
  }

  @AfterEach
  void stop() {
    planes.close();
  }

  private Reception open(Protection floor) throws TransferException {
    return planes.receiver.receptions().open(Sink.bytes(10), 10, floor);
  }

  @Test
  void shouldRefuseALowerLevelThanTheFloorOfTheReceptionWhenTheBytesAreSealed() throws Exception {
    for (Protection lower : new Protection[] {Protection.AUTHENTICATION, Protection.INTEGRITY}) {
      try (Reception reception = open(Protection.PRIVACY)) {
        Confirmation sealed = planes.transmitter.transmit(Source.bytes(CONTENT), reception.stub());
        assertThat(sealed.protection()).isEqualTo(Protection.PRIVACY);
        refuses(
            reception,
            with(sealed, lower),
            Code.PROTECTION_TOO_LOW,
            "protection must be at least PRIVACY, not " + lower);
      }
    }
  }

  @Test
  void shouldRefuseALevelThatTheConnectionWasNotOpenedWith() throws Exception {
    try (Reception reception = open(Protection.INTEGRITY)) {
      Confirmation sealed = planes.transmitter.transmit(Source.bytes(CONTENT), reception.stub());
      refuses(
          reception,
          with(sealed, Protection.INTEGRITY),
          Code.NOT_PROVEN,
          "the confirmation says INTEGRITY, and the bytes travel with PRIVACY");
    }
    try (Reception reception = open(Protection.AUTHENTICATION)) {
      Confirmation clear = planes.transmitter.transmit(Source.bytes(CONTENT), reception.stub());
      assertThat(reception.await(clear).protection()).isEqualTo(Protection.AUTHENTICATION);
      refuses(
          reception,
          with(clear, Protection.PRIVACY),
          Code.NOT_PROVEN,
          "the confirmation says PRIVACY, and the bytes travel with AUTHENTICATION");
    }
  }

  @Test
  void shouldEndTheTransferWhenItsConfirmationIsForgedWhileItRuns() throws Exception {
    StreamSink read = Sink.input();
    try (Reception reception = planes.receiver.receptions().open(read, 1 << 24);
        InputStream unread = read.inputStream()) {
      Transmission transmission =
          planes.transmitter.start(Source.bytes(new byte[1 << 24]), reception.stub());
      refuses(
          reception,
          with(transmission.confirmation(), Protection.PRIVACY),
          Code.NOT_PROVEN,
          "the confirmation says PRIVACY, and the bytes travel with AUTHENTICATION");
      assertThat(catchThrowableOfType(TransferException.class, transmission::await).code())
          .isEqualTo(Code.CANCELLED);
      assertThat(failure(reception)).isEqualTo(Code.CANCELLED);
    }
  }

  @Test
  void shouldTakeNothingWhenTheBytesAreInTheConfirmation() throws Exception {
    for (Protection lower : new Protection[] {Protection.AUTHENTICATION, Protection.INTEGRITY}) {
      refusesInband(
          Protection.PRIVACY,
          lower,
          Code.PROTECTION_TOO_LOW,
          "protection must be at least PRIVACY, not " + lower);
      refusesInband(
          Protection.AUTHENTICATION,
          lower,
          Code.NOT_PROVEN,
          "the confirmation says " + lower + ", and the bytes travel with PRIVACY");
    }
  }

  private void refusesInband(Protection floor, Protection lower, Code code, String message)
      throws Exception {
    try (Reception reception = open(floor)) {
      Confirmation sealed =
          planes.transmitter.transmit(
              Source.bytes(CONTENT), planes.receiver.offerInband(reception.stub()));
      assertThat(sealed.mode()).isEqualTo(Mode.INBAND);
      refuses(reception, with(sealed, lower), code, message);
      assertThat(failure(reception)).isEqualTo(code);
      assertThat(reception.transfer().bytes()).isZero();
    }
  }

  private static void refuses(Reception reception, Confirmation forged, Code code, String message) {
    TransferException refused =
        catchThrowableOfType(TransferException.class, () -> reception.await(forged));
    assertThat(refused).hasMessage(message);
    assertThat(refused.code()).isEqualTo(code);
    assertThat(refused.transferId()).isEqualTo(reception.transfer().id());
  }

  private static Code failure(Reception reception) throws Exception {
    CompletableFuture<Code> code = new CompletableFuture<>();
    reception
        .transfer()
        .receipt()
        .whenComplete((receipt, failure) -> code.complete(((TransferException) failure).code()));
    return code.get();
  }

  private static Confirmation with(Confirmation c, Protection protection) {
    return new Confirmation(
        c.transferId(),
        c.mode(),
        protection,
        c.bytes(),
        c.offset(),
        c.contentTag(),
        c.endpoint(),
        c.binding(),
        c.payload());
  }
}
