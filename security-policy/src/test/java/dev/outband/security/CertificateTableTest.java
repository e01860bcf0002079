package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.outband.api.Directory;
import dev.outband.api.ObjectReference;
import dev.outband.security.CertificateTable.Dialer;
import dev.outband.security.CertificateTable.Row;
import dev.outband.security.Doors.Door;
import java.io.IOException;
import java.nio.file.Path;
import java.rmi.RemoteException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * Every certificate and every kind of TLS that must not be accepted, at the registry's door, at the
 * directory and at an exported object, with a call whose argument counts when it is read. At a
 * server, RMI must get no byte to read; at a client, none must be sent or read.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CertificateTableTest {
  private static final RawCall.Part BOMB = out -> out.writeObject(new GadgetTest.Bomb());

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final ListAppender<ILoggingEvent> audit = new ListAppender<>();
  private CertificateTable table;
  private Doors doors;
  private Identity client;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    table = new CertificateTable(folder);
    client = Identity.load(table.domain().client("honest"));
    doors = new Doors(Identity.load(table.domain().server("alpha")));
    log.start();
    audit.start();
    ((Logger) LoggerFactory.getLogger(ControlPort.class)).addAppender(log);
    ((Logger) LoggerFactory.getLogger(AuditLine.LOGGER)).addAppender(audit);
  }

  @BeforeEach
  void forget() {
    GadgetTest.Bomb.READ.set(0);
    log.list.clear();
    audit.list.clear();
    doors.read();
  }

  @AfterAll
  void stop() throws Exception {
    ((Logger) LoggerFactory.getLogger(ControlPort.class)).detachAppender(log);
    ((Logger) LoggerFactory.getLogger(AuditLine.LOGGER)).detachAppender(audit);
    doors.close();
  }

  Stream<Arguments> callers() throws Exception {
    return atEachDoor(table.callers());
  }

  Stream<Arguments> servers() throws Exception {
    return atEachDoor(table.servers());
  }

  @ParameterizedTest(name = "{0} at {1}")
  @MethodSource("callers")
  void shouldRefuseTheCallerAndReadNothing(Row<Dialer> row, Door door) throws Exception {
    row.peer().send(doors.port(), doors.callOf(door, BOMB));
    doors.awaitNoConnections();
    assertThat(warnings(log)).anyMatch(line -> line.startsWith("connection refused: "));
    assertThat(warnings(audit))
        .as("refusals that have a type")
        .singleElement()
        .asString()
        .startsWith("decision=deny action=connect ")
        .contains(row.words());
    assertThat(doors.read()).as("bytes that RMI has read").isZero();
    assertThat(GadgetTest.Bomb.READ).as("calls of readObject").hasValue(0);
  }

  /** What keeps the test above honest: it would see what RMI reads. */
  @ParameterizedTest
  @EnumSource
  void shouldSeeWhatIsReadWhenTheCertificateIsGood(Door door) throws Exception {
    String reply = RawLine.send(TlsEnd.clientOf(client), doors.port(), doors.callOf(door, BOMB));
    doors.awaitNoConnections();
    assertThat(reply).startsWith("\0").contains("Exception");
    assertThat(warnings(audit))
        .as("what the call is denied; the connection is not")
        .allMatch(line -> line.matches("decision=deny action=(call|argument) principal=client:.*"));
    assertThat(doors.read()).isGreaterThan(40);
    assertThat(GadgetTest.Bomb.READ).as("calls of readObject").hasValue(0);
  }

  @ParameterizedTest(name = "{0} at {1}")
  @MethodSource("servers")
  void shouldRefuseTheServerAndSendNothing(Row<TlsEnd> row, Door door) throws Exception {
    try (OddServer server = new OddServer(row.peer(), reply())) {
      assertThat(refusal(server, door)).hasMessageContaining(row.words());
      assertThat(server.received()).as("bytes that the client has sent").isZero();
    }
    assertThat(GadgetTest.Bomb.READ).as("calls of readObject").hasValue(0);
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseTheServerOverAResumedSessionWhenItWasRevokedSince(Door door) throws Exception {
    String name = "leaving-" + door.ordinal();
    AtomicInteger shown = new AtomicInteger();
    TlsEnd leaving = RawPeer.from(table.domain().server(name)).server(shown);
    try (OddServer server = new OddServer(leaving, reply())) {
      assertThat(catchThrowable(() -> call(server, door))).isInstanceOf(RemoteException.class);
      Awaitility.await("bytes sent while it stood").until(() -> server.received() > 0);
      table.domain().authority().revoke(name);
      long before = server.received();
      assertThat(refusal(server, door)).hasMessageContaining("was revoked");
      assertThat(server.received()).isEqualTo(before);
      assertThat(shown).as("certificates shown, the later sessions being resumed").hasValue(1);
    }
    assertThat(GadgetTest.Bomb.READ).as("calls of readObject").hasValue(0);
  }

  private PeerRefusedException refusal(OddServer server, Door door) {
    Throwable thrown = catchThrowable(() -> call(server, door));
    assertThat(PeerRefusedException.explain(thrown)).as("explanation of %s", thrown).isPresent();
    return PeerRefusedException.explain(thrown).get();
  }

  private void call(OddServer server, Door door) throws Exception {
    try (TestClient caller = new TestClient(client, server.port())) {
      ObjectReference any = doors.reference();
      switch (door) {
        case REGISTRY -> caller.door();
        case DIRECTORY -> caller.object(any, Directory.class).names();
        case OBJECT -> caller.object(any, Doors.Service.class).take("x");
      }
    }
  }

  private static <T> Stream<Arguments> atEachDoor(List<Row<T>> rows) {
    return rows.stream()
        .flatMap(row -> Stream.of(Door.values()).map(door -> Arguments.of(row, door)));
  }

  private static List<String> warnings(ListAppender<ILoggingEvent> appender) {
    return List.copyOf(appender.list).stream()
        .filter(event -> event.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  /** Welcome, protocol accepted, and a result that counts when it is read. */
  private static byte[] reply() throws IOException {
    return RawCall.reply(BOMB);
  }
}
