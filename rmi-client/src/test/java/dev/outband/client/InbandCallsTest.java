package dev.outband.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Confirmation;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
    InbandCalls calls = new InbandCalls(dataPlane, new Semaphore(2));
    try (Reception reception = dataPlane.receptions().open(Sink.discard())) {
      try (InbandCalls.Offer first = fetch(calls, reception);
          InbandCalls.Offer second = fetch(calls, reception);
          InbandCalls.Offer third = fetch(calls, reception)) {
        assertThat(offered(first)).isEqualTo(ReceptionStub.MAX_INBAND_BYTES);
        assertThat(offered(second)).isEqualTo(ReceptionStub.MAX_INBAND_BYTES);
        assertThat(offered(third)).isEqualTo(InbandCalls.WITHOUT_PLACE_BYTES);
        second.close();
        try (InbandCalls.Offer fourth = fetch(calls, reception)) {
          assertThat(offered(fourth)).isEqualTo(ReceptionStub.MAX_INBAND_BYTES);
        }
      }
      for (int i = 0; i < 2; i++) {
        try (InbandCalls.Offer again = fetch(calls, reception)) {
          assertThat(offered(again)).isEqualTo(ReceptionStub.MAX_INBAND_BYTES);
        }
      }
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
    assertThat(InbandCalls.places(64 * MIB)).isEqualTo(2);
    assertThat(InbandCalls.places(1024 * MIB)).isEqualTo(32);
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
