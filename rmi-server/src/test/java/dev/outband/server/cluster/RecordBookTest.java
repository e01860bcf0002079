package dev.outband.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.outband.api.Endpoint;
import dev.outband.api.Member;
import dev.outband.security.Identity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RecordBookTest {
  private static final UUID ONE = new UUID(0, 1);
  private static final UUID TWO = new UUID(0, 2);
  private static final Logger LOG = (Logger) LoggerFactory.getLogger(RecordBook.class);

  @TempDir static Path folder;
  private static Domain domain;
  private static Identity reader;
  private static Identity a;
  private static Identity b;

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private Instant now = Domain.NOW;
  private final RecordBook book = new RecordBook(reader, () -> now);

  @BeforeAll
  static void issue() throws Exception {
    domain = new Domain(folder.resolve("pki"));
    reader = domain.server("reader");
    a = domain.server("a");
    b = domain.server("b");
  }

  @BeforeEach
  void listen() {
    log.start();
    LOG.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    LOG.detachAppender(log);
  }

  @Test
  void shouldListMembersWhenTheirRecordsAreGood() {
    List<Member> members = book.read(Map.of(TWO, signed(b, TWO, 1), ONE, signed(a, ONE, 1)));
    assertThat(members).extracting(Member::principal).containsExactly("server:a", "server:b");
    Member first = members.get(0);
    assertThat(first.keyId()).isEqualTo(a.pin().keyId());
    assertThat(first.control()).isEqualTo(new Endpoint("127.0.0.1", 7099));
    assertThat(first.data()).isEqualTo(new Endpoint("127.0.0.1", 7100));
    assertThat(first.services()).containsExactly("archive", "files");
    assertThat(first.load()).isEqualTo(3);
    assertThat(said()).isEmpty();
  }

  @Test
  void shouldIgnoreAndSayOnceWhenARecordIsForged() throws Exception {
    byte[] changed = signed(a, ONE, 1);
    changed[changed.length - 1] ^= 1;
    Identity stranger = new Domain(folder.resolve("other")).server("a");
    Identity client = domain.client("mere");
    byte[] otherPurpose =
        Domain.signed(a, "another purpose", RecordCodec.content(Domain.record(ONE, 1, now)));

    for (int i = 0; i < 3; i++) {
      assertThat(book.read(Map.of(ONE, changed))).isEmpty();
      assertThat(book.read(Map.of(ONE, signed(stranger, ONE, 1)))).isEmpty();
      assertThat(book.read(Map.of(ONE, signed(client, ONE, 1)))).isEmpty();
      assertThat(book.read(Map.of(ONE, otherPurpose))).isEmpty();
      assertThat(book.read(Map.of(ONE, new byte[] {1, 2, 3, 4, 5}))).isEmpty();
    }
    assertThat(said())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).contains("signature is not that of server:a"),
            line -> assertThat(line).contains("issued by another CA"),
            line -> assertThat(line).contains("is a client's, used where a server's is needed"),
            line -> assertThat(line).contains("not a record"));
  }

  @Test
  void shouldIgnoreWhenTheSignerWasRevoked() throws Exception {
    Identity revoked = domain.server("revoked");
    domain.authority.revoke("revoked");
    RecordBook other = new RecordBook(domain.server("reader-2"), () -> now);
    assertThat(other.read(Map.of(ONE, signed(revoked, ONE, 1)))).isEmpty();
    assertThat(said()).singleElement().asString().contains("server:revoked was revoked");
  }

  @Test
  void shouldIgnoreWhenAnotherMemberShowsTheRecord() {
    assertThat(book.read(Map.of(TWO, signed(a, ONE, 1)))).isEmpty();
    assertThat(said()).singleElement().asString().contains("made by server:a");
  }

  @Test
  void shouldIgnoreOlderRecordsWhenANewerOneWasSeen() {
    byte[] older = signed(a, ONE, 1);
    assertThat(book.read(Map.of(ONE, older))).hasSize(1);
    assertThat(book.read(Map.of(ONE, signed(a, ONE, 2)))).hasSize(1);
    for (int i = 0; i < 3; i++) {
      assertThat(book.read(Map.of(ONE, older))).isEmpty();
    }
    assertThat(said()).singleElement().asString().contains("not newer than the one before");
    assertThat(book.read(Map.of(ONE, signed(a, ONE, 3)))).hasSize(1);
  }

  @Test
  void shouldIgnoreTheLastRecordWhenItIsShownAgainAfterItsWithdrawal() {
    byte[] last = signed(a, ONE, 1);
    assertThat(book.read(Map.of(ONE, last))).hasSize(1);
    assertThat(book.read(Map.of())).isEmpty();
    assertThat(book.read(Map.of(ONE, last))).isEmpty();
    assertThat(book.read(Map.of(ONE, signed(a, ONE, 2)))).hasSize(1);
  }

  @Test
  void shouldTolerateTheStatedSkewAndNoMoreWhenClocksDiffer() {
    byte[] value = signed(a, ONE, 1);
    now = Domain.NOW.minus(RecordBook.CLOCK_SKEW);
    assertThat(book.read(Map.of(ONE, value))).hasSize(1);
    now = Domain.NOW.plusSeconds(30).plus(RecordBook.CLOCK_SKEW);
    assertThat(book.read(Map.of(ONE, value))).hasSize(1);

    now = Domain.NOW.minus(Duration.ofDays(1));
    assertThat(book.read(Map.of(ONE, value))).isEmpty();
    now = Domain.NOW.plus(Duration.ofDays(1));
    assertThat(book.read(Map.of(ONE, value))).isEmpty();
    assertThat(said())
        .satisfiesExactly(
            line -> assertThat(line).contains("86400 s ahead of this host's, tolerated are 60"),
            line -> assertThat(line).contains("expired 86370 s ago by this host's clock"));
  }

  @Test
  void shouldIgnoreWhenARecordWantsToLiveForLong() {
    MemberRecord record = Domain.record(ONE, 1, now);
    MemberRecord eternal =
        new MemberRecord(
            ONE, record.started(), 1, now, now.plus(Duration.ofDays(1)), record.announcement());
    assertThat(book.read(Map.of(ONE, Domain.signed(a, eternal)))).isEmpty();
    assertThat(said()).singleElement().asString().contains("lives longer than 60 s");
  }

  @Test
  void shouldKeepTheLaterProcessAndSaySoWhenTwoUseOneIdentity() {
    byte[] later =
        Domain.signed(
            a,
            new MemberRecord(
                TWO,
                Domain.NOW,
                1,
                Domain.NOW,
                Domain.NOW.plusSeconds(30),
                Domain.announcement(9099)));
    for (int i = 1; i < 4; i++) {
      List<Member> members = book.read(Map.of(ONE, signed(a, ONE, i), TWO, later));
      if (i > 1) {
        assertThat(members)
            .singleElement()
            .extracting(Member::control)
            .isEqualTo(new Endpoint("127.0.0.1", 9099));
      }
    }
    assertThat(said())
        .singleElement()
        .asString()
        .contains("identity server:a is used by two processes", "127.0.0.1:7099", "127.0.0.1:9099");
  }

  @Test
  void shouldAcceptARestartedProcessWhenItsClockWasSetBackAndTheOldRecordIsStale() {
    assertThat(book.read(Map.of(ONE, signed(a, ONE, 5)))).hasSize(1);
    assertThat(book.read(Map.of())).isEmpty();
    now = Domain.NOW.plusSeconds(91);
    assertThat(book.read(Map.of())).isEmpty();
    MemberRecord setBack =
        new MemberRecord(
            TWO,
            Domain.NOW.minusSeconds(3_600),
            1,
            now,
            now.plusSeconds(30),
            Domain.announcement(7099));
    assertThat(book.read(Map.of(TWO, Domain.signed(a, setBack)))).hasSize(1);
  }

  private List<String> said() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private static byte[] signed(Identity by, UUID memberId, long sequence) {
    return Domain.signed(by, Domain.record(memberId, sequence, Domain.NOW));
  }
}
