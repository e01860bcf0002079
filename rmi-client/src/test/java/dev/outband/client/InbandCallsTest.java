package dev.outband.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Confirmation;
import dev.outband.api.Endpoint;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long the objects are that calls let ride in their replies. */
class InbandCallsTest {
  private static final long MIB = 1L << 20;

  /** A method that may be answered with an object, and one that may not. */
  interface Objects {
    Confirmation fetch(String name, ReceptionObject reception);

    void note(ReceptionObject reception);
  }

  private DataPlane dataPlane;

  @BeforeEach
  void start() throws Exception {
    dataPlane =
        DataPlane.builder()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .inbandBytes(ReceptionStub.MAX_INBAND_BYTES)
            .start();
  }

  @AfterEach
  void stop() {
    dataPlane.close();
  }

  @Test
  void shouldLimitTheRepliesThatComeBesideThoseTheHeapHasPlacesFor() throws Exception {
    int each = ReceptionStub.MAX_INBAND_BYTES / InbandCalls.PLACE_BYTES;
    InbandCalls calls = new InbandCalls(dataPlane, new Semaphore(2 * each + 1));
    try (Reception reception = dataPlane.receptions().open(Sink.discard())) {
      try (InbandCalls.Offer first = fetch(calls, reception);
          InbandCalls.Offer second = fetch(calls, reception);
          InbandCalls.Offer third = fetch(calls, reception);
          InbandCalls.Offer fourth = fetch(calls, reception)) {
        assertThat(offered(first)).isEqualTo(ReceptionStub.MAX_INBAND_BYTES);
        assertThat(offered(second)).isEqualTo(ReceptionStub.MAX_INBAND_BYTES);
        assertThat(offered(third)).isEqualTo(InbandCalls.PLACE_BYTES);
        assertThat(offered(fourth)).isEqualTo(InbandCalls.WITHOUT_PLACE_BYTES);
        second.close();
        try (InbandCalls.Offer fifth = fetch(calls, reception)) {
          assertThat(offered(fifth)).isEqualTo(ReceptionStub.MAX_INBAND_BYTES);
        }
      }
      for (int i = 0; i < 3; i++) {
        try (InbandCalls.Offer again = fetch(calls, reception)) {
          assertThat(offered(again)).isEqualTo(ReceptionStub.MAX_INBAND_BYTES);
        }
      }
    }
  }

  @Test
  void shouldTakeNoMorePlacesThanTheReceptionTakesBytes() throws Exception {
    InbandCalls calls = new InbandCalls(dataPlane, new Semaphore(2));
    try (Reception few = dataPlane.receptions().open(Sink.bytes(8_192));
        Reception more = dataPlane.receptions().open(Sink.bytes(100_000));
        InbandCalls.Offer first = fetch(calls, more);
        InbandCalls.Offer second = fetch(calls, few);
        InbandCalls.Offer third = fetch(calls, more)) {
      assertThat(offered(first)).isEqualTo(100_000);
      assertThat(offered(second)).isEqualTo(8_192);
      assertThat(offered(third)).isEqualTo(8_192);
    }
  }

  @Test
  void shouldNotOfferToTakeAheadWhatAnotherProcessWouldHaveToReceive() throws Exception {
    InbandCalls calls = new InbandCalls(dataPlane);
    Method note = Objects.class.getMethod("note", ReceptionObject.class);
    try (DataPlane other =
            DataPlane.builder()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .start();
        Reception foreign = other.receptions().open(Sink.discard())) {
      ReceptionStub wide = foreign.stub().withInband(ReceptionStub.MAX_INBAND_BYTES);
      Method fetch = Objects.class.getMethod("fetch", String.class, ReceptionObject.class);
      try (InbandCalls.Offer offer = calls.offer(fetch, new Object[] {"a", wide})) {
        assertThat(offered(offer)).isEqualTo(8_192);
        assertThatThrownBy(() -> offer.room(wide.ticket().id(), 1))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("not asked for");
      }
      try (InbandCalls.Offer offer = calls.offer(note, new Object[] {wide})) {
        assertThat(((ReceptionStub) offer.arguments()[0]).inbandBytes()).isEqualTo(8_192);
      }
    }
  }

  @Test
  void shouldOfferNothingForAReceptionWhoseRateIsLimitedOrWhoseEndpointsAreOthers()
      throws Exception {
    InbandCalls calls = new InbandCalls(dataPlane);
    Method fetch = Objects.class.getMethod("fetch", String.class, ReceptionObject.class);
    try (Reception reception = dataPlane.receptions().open(Sink.discard())) {
      ReceptionStub elsewhere =
          new ReceptionStub(List.of(new Endpoint("127.0.0.1", 9)), reception.stub().ticket());
      try (InbandCalls.Offer offer = calls.offer(fetch, new Object[] {"a", elsewhere})) {
        assertThat(offered(offer)).isZero();
      }
      reception.transfer().limitRate(1_000);
      try (InbandCalls.Offer offer = fetch(calls, reception)) {
        assertThat(offered(offer)).isZero();
      }
    }
  }

  @Test
  void shouldHaveRoomForWhatWasOfferedAndNothingElse() throws Exception {
    InbandCalls calls = new InbandCalls(dataPlane);
    try (Reception reception = dataPlane.receptions().open(Sink.bytes(100_000));
        InbandCalls.Offer offer = fetch(calls, reception)) {
      UUID id = reception.stub().ticket().id();
      byte[] room = offer.room(id, 50_000);
      assertThat(room).hasSizeGreaterThanOrEqualTo(50_000);
      assertThat(offer.room(id, 20_000)).isSameAs(room);
      assertThat(offer.room(id, 100_000)).hasSizeGreaterThanOrEqualTo(100_000);
      assertThatThrownBy(() -> offer.room(id, 100_001))
          .isInstanceOf(IOException.class)
          .hasMessage("bytes ahead of the reply must be at most 100000, not 100001");
      assertThatThrownBy(() -> offer.room(UUID.randomUUID(), 1)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void shouldOfferNothingWhereTheAnswerIsNoConfirmation() throws Exception {
    InbandCalls calls = new InbandCalls(dataPlane, new Semaphore(0));
    Method note = Objects.class.getMethod("note", ReceptionObject.class);
    try (Reception reception = dataPlane.receptions().open(Sink.discard());
        InbandCalls.Offer offer = calls.offer(note, new Object[] {reception.stub()})) {
      assertThat(((ReceptionStub) offer.arguments()[0]).inbandBytes()).isZero();
    }
  }

  @Test
  void shouldHavePlacesForAnEighthOfTheHeap() {
    assertThat(InbandCalls.places(64 * MIB)).isEqualTo(64);
    assertThat(InbandCalls.places(1024 * MIB)).isEqualTo(1024);
    assertThat(InbandCalls.places(1)).isEqualTo(1);
  }

  private static InbandCalls.Offer fetch(InbandCalls calls, Reception reception)
      throws NoSuchMethodException {
    Method fetch = Objects.class.getMethod("fetch", String.class, ReceptionObject.class);
    return calls.offer(fetch, new Object[] {"a", reception.stub()});
  }

  private static int offered(InbandCalls.Offer offer) {
    return ((ReceptionStub) offer.arguments()[1]).inbandBytes();
  }
}
