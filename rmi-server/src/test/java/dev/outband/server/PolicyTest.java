package dev.outband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Mode;
import dev.outband.api.Protection;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
import dev.outband.security.AuditLine;
import dev.outband.security.SecurityPolicy;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.StripedReception;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the rules of a policy allow and deny, over real connections. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PolicyTest {
  private static final String RULES =
      """
      version = 1
      [[rule]]
      name = "reading"
      who = ["client:reader"]
      service = "archive"
      methods = ["fetch", "whoCalls"]

      [[rule]]
      name = "writing"
      who = ["client:writer"]
      service = "archive"
      methods = ["store", "fetch"]
      transfers = 2
      bytes-in-all = 1000
      """;

  @TempDir Path folder;
  private final Logger logger = (Logger) LoggerFactory.getLogger(AuditLine.LOGGER);
  private final Map<String, OutbandClient> clients = new HashMap<>();
  private final ListAppender<ILoggingEvent> audit = new ListAppender<>();
  private Path file;
  private SecurityPolicy policy;
  private TestProcesses processes;

  @BeforeEach
  void start() throws Exception {
    // Written by the threads of calls, read by the test's.
    audit.list = new CopyOnWriteArrayList<>();
    audit.start();
    logger.addAppender(audit);
    file = folder.resolve("policy.toml");
    Files.writeString(file, RULES);
    policy = SecurityPolicy.load(file);
    processes = new TestProcesses(folder.resolve("pki"), policy);
    processes.service.objects.put("x", new byte[600]);
    processes.server.export("secret", Archive.class, processes.service);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(audit);
    clients.values().forEach(OutbandClient::close);
    processes.close();
  }

  @Test
  void shouldRefuseTypedWhenNoRuleAllowsTheCall() throws Exception {
    Archive archive = archive("reader");
    assertThat(archive.whoCalls()).isEqualTo("client:reader");
    assertRefused(
        () -> archive.store("y", 10),
        Code.FORBIDDEN,
        "no rule of the server's policy lets client:reader call archive.store");
    assertThat(processes.service.stored).isEmpty();
    assertThatThrownBy(archive::anything)
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("FORBIDDEN: no rule of the server's policy lets client:reader");
    assertThat(archive.whoCalls()).isEqualTo("client:reader");
  }

  @Test
  void shouldShowInTheDirectoryOnlyWhatACallerMayCall() throws Exception {
    assertThat(client("reader").names()).containsExactly("archive");
    assertThat(client("stranger").names()).isEmpty();
    for (String name : List.of("archive", "secret", "absent", "a\nb")) {
      TransferException refused =
          catchThrowableOfType(
              TransferException.class, () -> client("stranger").lookup(name, Archive.class));
      assertThat(refused.code()).as("%s", name).isEqualTo(Code.FORBIDDEN);
    }
    assertThat(audit())
        .anyMatch(
            line ->
                line.startsWith("decision=deny action=lookup principal=client:stranger")
                    && line.contains("service=a?b method=* "));
  }

  @Test
  void shouldFollowTheFileWhileItRuns() throws Exception {
    Archive archive = archive("reader");
    write(RULES.replace("\"fetch\", \"whoCalls\"", "\"fetch\", \"store\""));
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThatThrownBy(archive::whoCalls).hasMessageContaining("FORBIDDEN"));
    write("version = 1\n[[rule]]\nnames = 1\n");
    policy.refresh();
    assertThat(receive(client("reader"), archive).bytes()).isEqualTo(600);
  }

  @Test
  void shouldRefuseOneMoreTransferThanTheRuleAllowsAtOnce() throws Exception {
    Archive archive = archive("writer");
    archive.store("a", 10);
    archive.store("b", 10);
    assertRefused(
        () -> archive.store("c", 10), Code.LIMIT_EXCEEDED, "transfers at once must be at most 2");
    assertRefused(
        () -> receive(client("writer"), archive),
        Code.LIMIT_EXCEEDED,
        "transfers at once must be at most 2");
  }

  @Test
  void shouldCountBytesOfBothDirectionsUntilTheRulesLimit() throws Exception {
    Archive archive = archive("writer");
    OutbandClient writer = client("writer");
    assertThat(receive(writer, archive).bytes()).isEqualTo(600);
    assertThat(writer.transmit(Source.bytes(new byte[300]), archive.store("a", 300)).bytes())
        .isEqualTo(300);
    assertThatThrownBy(() -> receive(writer, archive))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.LIMIT_EXCEEDED));
    ReceptionStub rest =
        await()
            .atMost(Duration.ofSeconds(5))
            .ignoreExceptions()
            .until(() -> (ReceptionStub) archive.store("b", 5_000), stub -> true);
    assertThat(rest.ticket().byteLimit()).isEqualTo(100);
    assertThat(writer.transmit(Source.bytes(new byte[100]), rest).bytes()).isEqualTo(100);
    assertRefused(
        () -> archive.store("d", 1), Code.LIMIT_EXCEEDED, "bytes in all must be at most 1000");
  }

  @Test
  void shouldCutAStreamOfUnknownLengthAtTheRulesLimit() throws Exception {
    Archive archive = archive("writer");
    processes.service.streams.put("endless", new byte[1_001]);
    processes.service.streams.put("short", new byte[1_000]);
    assertThatThrownBy(
            () -> client("writer").receive(Sink.discard(), r -> archive.fetch("endless", r)))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.LIMIT_EXCEEDED));
    OutbandClient writer = client("writer");
    Receipt receipt =
        await()
            .atMost(Duration.ofSeconds(5))
            .ignoreExceptions()
            .until(() -> writer.receive(Sink.discard(), r -> archive.fetch("short", r)), r -> true);
    assertThat(receipt.bytes()).isEqualTo(1_000);
  }

  @Test
  void shouldCutAStreamOfUnknownLengthAlsoWhereStripesAreExpected() throws Exception {
    Archive archive = archive("writer");
    processes.service.streams.put("endless", new byte[2_000_000]);
    try (StripedReception reception =
        client("writer").receptions().openStriped(Sink.discard(), Long.MAX_VALUE, 2)) {
      Confirmation unused = archive.fetch("endless", reception.stubs().get(0));
      assertThat(reception.transfer().receipt().toCompletableFuture())
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .withMessageContaining("LIMIT_EXCEEDED");
      assertThat(reception.transfer().bytes()).isLessThanOrEqualTo(1_000);
    }
  }

  @Test
  void shouldSendAheadOfRepliesToThoseAloneWhoseBytesInAllHaveNoLimit() throws Exception {
    int size = 9_000;
    write(RULES.replace("bytes-in-all = 1000", "bytes-in-all = " + (2 * size - 1)));
    policy.refresh();
    processes.service.objects.put("short", new byte[size]);
    Archive limited = archive("writer");
    Receipt receipt = client("writer").receive(Sink.discard(), to -> limited.fetch("short", to));
    assertThat(receipt.mode()).isEqualTo(Mode.ACTIVE);
    TransferException refused =
        catchThrowableOfType(
            TransferException.class,
            () -> client("writer").receive(Sink.discard(), to -> limited.fetch("short", to)));
    assertThat(refused.code()).isEqualTo(Code.LIMIT_EXCEEDED);
    Archive unlimited = archive("reader");
    assertThat(client("reader").receive(Sink.discard(), to -> unlimited.fetch("short", to)).mode())
        .isEqualTo(Mode.INBAND);
  }

  @Test
  void shouldCountAnObjectThatComesInStripesAsOneTransferAndAllItsBytes() throws Exception {
    int size = 33 << 20;
    write(
        RULES
            .replace("transfers = 2", "transfers = 1")
            .replace("bytes-in-all = 1000", "bytes-in-all = " + (2 * size - 1)));
    policy.refresh();
    processes.service.objects.put("large", new byte[size]);
    Archive archive = archive("writer");
    OutbandClient writer = client("writer");
    List<Integer> streams = new CopyOnWriteArrayList<>();
    Receipt receipt =
        writer.receive(
            Sink.discard(),
            reception -> {
              Confirmation confirmation = archive.fetch("large", reception);
              streams.add(1 + confirmation.further().size());
              return confirmation;
            });
    assertThat(receipt.bytes()).isEqualTo(size);
    assertThat(streams).containsExactly(2);
    try (Reception again = writer.receptions().open(Sink.discard())) {
      TransferException refused =
          catchThrowableOfType(
              TransferException.class,
              () ->
                  await()
                      .atMost(Duration.ofSeconds(5))
                      .ignoreExceptionsMatching(
                          e -> String.valueOf(e.getMessage()).contains("at once"))
                      .until(() -> archive.fetch("large", again.stub()), stub -> true));
      assertThat(refused.code()).isEqualTo(Code.LIMIT_EXCEEDED);
      assertThat(refused).hasMessageContaining("not " + size);
      assertThat(again.transfer().bytes()).isZero();
    }
  }

  @Test
  void shouldShareTheRulesRateAmongItsTransfers() throws Exception {
    write(RULES.replace("bytes-in-all = 1000", "bytes-per-second = 400_000"));
    policy.refresh();
    byte[] bytes = new byte[400_000];
    processes.service.objects.put("big", bytes);
    Archive archive = archive("writer");
    long startNs = System.nanoTime();
    try (Reception one = client("writer").receptions().open(Sink.discard());
        Reception other = client("writer").receptions().open(Sink.discard())) {
      Confirmation first = archive.fetch("big", one.stub());
      Confirmation second = archive.fetch("big", other.stub());
      one.await(first);
      other.await(second);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - startNs))
        .isBetween(Duration.ofMillis(1_400), Duration.ofSeconds(20));
  }

  @Test
  void shouldGoInClearOnlyWhereTheRuleSaysSo() throws Exception {
    write(RULES.replace("name = \"reading\"", "name = \"reading\"\nfloor = \"AUTHENTICATION\""));
    policy.refresh();
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (DataPlane lax =
        DataPlane.builder().bind(loopback).floor(Protection.AUTHENTICATION).start()) {
      assertThat(levelOfFetch("reader", lax)).isEqualTo(Protection.AUTHENTICATION);
      assertThat(levelOfFetch("writer", lax)).isEqualTo(Protection.PRIVACY);
      lax.drain(Duration.ofSeconds(5));
    }
    assertThat(receive(client("reader"), archive("reader")).protection())
        .isEqualTo(Protection.PRIVACY);
    assertThat(processes.service.storeUnasked().stub().ticket().floor())
        .isEqualTo(Protection.PRIVACY);
    ReceptionStub stub = (ReceptionStub) archive("writer").store("a", 1);
    assertThat(stub.ticket().floor()).isEqualTo(Protection.PRIVACY);
  }

  private Protection levelOfFetch(String who, DataPlane into) throws Exception {
    Reception reception = into.receptions().open(Sink.discard());
    return archive(who).fetch("x", reception.stub()).protection();
  }

  @Test
  void shouldLogEachCallAndTransferWithItsRule() throws Exception {
    Archive archive = archive("reader");
    Receipt receipt = receive(client("reader"), archive);
    assertThatThrownBy(() -> archive.store("y", 1)).isInstanceOf(TransferException.class);
    String caller = "principal=client:reader address=127\\.0\\.0\\.1:\\d+ ";
    assertThat(audit())
        .anyMatch(line -> line.matches("decision=allow action=connect " + caller + ".*"))
        .anyMatch(
            line ->
                line.matches(
                    "decision=allow action=call "
                        + caller
                        + "service=archive method=fetch transfer=- level=- rule=reading reason=-"))
        .anyMatch(
            line ->
                line.matches(
                    "decision=allow action=transfer "
                        + caller
                        + "service=archive method=fetch transfer="
                        + receipt.transferId()
                        + " level=PRIVACY rule=reading reason=-"))
        .anyMatch(
            line ->
                line.matches(
                    "decision=deny action=call "
                        + caller
                        + "service=archive method=store transfer=- level=- rule=denied-by-default"
                        + " reason=\"no rule allows it\""));
    assertThat(audit.list)
        .filteredOn(event -> event.getFormattedMessage().startsWith("decision=deny"))
        .extracting(ILoggingEvent::getLevel)
        .containsOnly(Level.WARN);
  }

  private Receipt receive(OutbandClient client, Archive archive) throws Exception {
    return client.receive(Sink.discard(), r -> archive.fetch("x", r));
  }

  private Archive archive(String name) throws Exception {
    return client(name).lookup("archive", Archive.class);
  }

  private OutbandClient client(String name) throws Exception {
    if (!clients.containsKey(name)) {
      clients.put(name, processes.connect(name));
    }
    return clients.get(name);
  }

  private List<String> audit() {
    return audit.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private void write(String text) throws Exception {
    Path next = folder.resolve("next");
    Files.writeString(next, text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void assertRefused(ThrowingCallable call, Code code, String message) {
    TransferException refused = catchThrowableOfType(TransferException.class, call);
    assertThat(refused).isNotNull().hasMessage(message);
    assertThat(refused.code()).isEqualTo(code);
  }
}
