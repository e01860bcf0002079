package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.outband.api.Code;
import dev.outband.api.Endpoint;
import dev.outband.api.Protection;
import dev.outband.api.Secret;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.Acceptance;
import dev.outband.transport.wire.DialerOpening;
import dev.outband.transport.wire.ListenerOpening;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.Opened;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What two threads do to one reception; the module stress has them do it at once. */
@Timeout(30)
class ReceptionRegistryTest {

  private static final OpenRequest REQUEST =
      OpenRequest.toListener(Protection.PRIVACY, 3, 0, new UUID(1, 2), 4096, "");
  private static final TransferException LOST = new TransferException(Code.CONNECTION_LOST, "lost");
  private static final long LATE_NS = Duration.ofHours(1).toNanos();

  private final SecureRandom random = new SecureRandom();
  private final DiskThreads disk = new DiskThreads("registry-test");
  private LongSupplier clockNs = () -> 0;
  private DataPlane plane;
  private ReceptionRegistry registry;

  @BeforeEach
  void start() throws Exception {
    plane = Planes.loopback("registry-test").streams(1).start();
    registry =
        new ReceptionRegistry(
            plane.settings(), () -> clockNs.getAsLong(), random, disk, () -> {}, () -> {});
    registry.advertise(List.of(Endpoint.observed(7098)));
  }

  @AfterEach
  void stop() {
    plane.close();
    disk.close();
  }

  @Test
  void shouldEndAReceptionThatIsOpenedWhileTheLastOnesAreEnded() throws Exception {
    clockNs =
        () -> {
          registry.closeWaiting();
          return 0;
        };
    Reception reception = registry.open(Sink.discard());
    assertThat(reception.transfer().receipt().toCompletableFuture())
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .satisfies(
            e ->
                assertThat(((TransferException) e.getCause()).code())
                    .isEqualTo(Code.SHUTTING_DOWN));
  }

  @Test
  void shouldNotExpireWhenADialerCameBeforeTheExpiryThatWasFound() throws Exception {
    ActiveReception reception = (ActiveReception) registry.open(Sink.discard());
    Dialer dialer = new Dialer();
    assertThat(reception.claim(dialer, REQUEST)).isTrue();
    reception.expire(LATE_NS, new TransferException(Code.EXPIRED, "nobody came"));
    assertThat(dialer.told).isNull();
    assertThat(registry.find(reception.tag())).isSameAs(reception);
  }

  @Test
  void shouldNotExpireWhenTheTransmissionComesAgainBeforeItsLossIsLogged() throws Exception {
    ActiveReception reception = (ActiveReception) registry.open(Sink.discard());
    reception.claim(new Dialer(), REQUEST);
    reception.streaming(opened(), 0);
    Dialer again = new Dialer();
    AppenderBase<ILoggingEvent> comesAgain =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            if (event.getMessage().startsWith("interrupted")) {
              reception.claim(again, REQUEST);
            }
          }
        };
    Logger logger = (Logger) LoggerFactory.getLogger(ActiveReception.class);
    Level before = logger.getLevel();
    logger.setLevel(Level.INFO);
    comesAgain.start();
    logger.addAppender(comesAgain);
    try {
      reception.interrupted(LOST, 1);
    } finally {
      logger.detachAppender(comesAgain);
      logger.setLevel(before);
    }
    registry.expire(LATE_NS);
    assertThat(again.told).isNull();
    assertThat(registry.find(reception.tag())).isSameAs(reception);
  }

  @Test
  void shouldForgetReceiptsWhenTheirTimeIsOver() throws Exception {
    ActiveReception early = received(1000);
    ActiveReception late = received(2000);
    assertThat(registry.running()).isZero();
    assertThat(registry.isToBeWatched()).isTrue();
    assertThat(registry.isToBeWatched()).isTrue();
    registry.expire(999);
    assertThat(registry.find(early.tag())).isSameAs(early);
    registry.expire(1000);
    assertThat(registry.find(early.tag())).isNull();
    assertThat(registry.find(late.tag())).isSameAs(late);
    registry.expire(2000);
    assertThat(registry.find(late.tag())).isNull();
    assertThat(registry.isToBeWatched()).isFalse();
  }

  private ActiveReception received(long untilNs) throws TransferException {
    ActiveReception reception = (ActiveReception) registry.open(Sink.discard());
    reception.claim(new Dialer(), REQUEST);
    reception.streaming(opened(), 0);
    reception.completed("00".repeat(32), 1, untilNs);
    return reception;
  }

  private Opened opened() throws TransferException {
    Secret secret = Secret.random(random);
    DialerOpening dialer = new DialerOpening(secret, random);
    byte[] hello = dialer.hello();
    ListenerOpening listener = new ListenerOpening(secret, hello, hello.length);
    byte[] challenge = listener.challenge(random);
    byte[] open = dialer.open(challenge, challenge.length, REQUEST);
    listener.request(open, open.length);
    return listener.accept(new Acceptance(0, 4096)).opened();
  }

  /** A connection that hears that it is to end. */
  private static final class Dialer implements ActiveReception.Driver {
    private TransferException told;

    @Override
    public void end(TransferException why) {
      told = why;
    }
  }
}
