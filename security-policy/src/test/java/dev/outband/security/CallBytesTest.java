package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.ServerException;
import java.rmi.UnmarshalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The bytes of calls that a server holds in memory. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CallBytesTest {
  private static final int KIB = 1 << 10;
  private static final CallBytes MOST = new CallBytes(1000 * KIB, 600 * KIB);
  private static final String LIMIT =
      "bytes of calls in memory must be at most 614400 of one principal and 1024000 of all";

  /** Answers when it is told to. */
  interface Keeper extends Remote {
    int keep(String text) throws RemoteException;
  }

  /** Takes what may begin with an array. */
  interface Counter extends Remote {
    int count(List<String> texts) throws RemoteException;
  }

  @TempDir Path folder;
  private final CountDownLatch letGo = new CountDownLatch(1);
  private final ListAppender<ILoggingEvent> audit = new ListAppender<>();
  private final ExecutorService callers =
      Executors.newFixedThreadPool(2, task -> new Thread(task, "call-bytes-caller"));
  private final AtomicInteger kept = new AtomicInteger();
  private TestDomain domain;
  private TestServer server;
  private Identity identity;
  private byte[] id;
  private byte[] keeperId;

  @BeforeEach
  void start() throws Exception {
    domain = new TestDomain(folder.resolve("pki"));
    identity = domain.server("one");
    start(ControlLimits.defaults().withCallBytes(MOST));
    audit.start();
    ((Logger) LoggerFactory.getLogger(AuditLine.LOGGER)).addAppender(audit);
  }

  private void start(ControlLimits limits) throws IOException {
    server = new TestServer(identity, limits);
    id = RawCall.id(server.export(Counter.class, List::size));
    keeperId =
        RawCall.id(
            server.export(
                Keeper.class,
                text -> {
                  kept.incrementAndGet();
                  if (text.length() > CallBytes.FREE_BYTES) {
                    uninterruptibly(letGo);
                  }
                  return text.length();
                }));
  }

  private void restart(ControlLimits limits) throws IOException {
    server.close();
    start(limits);
  }

  @AfterEach
  void stop() throws Exception {
    letGo.countDown();
    ((Logger) LoggerFactory.getLogger(AuditLine.LOGGER)).detachAppender(audit);
    server.close();
    callers.shutdownNow();
  }

  @Test
  void shouldRefuseACallWhileOthersOfItsCallerOrOfAllHoldWhatTheyMay() throws Exception {
    try (TestClient greedy = new TestClient(domain.client("greedy"), server.port());
        TestClient other = new TestClient(domain.client("other"), server.port())) {
      Keeper greedys = greedy.object(Keeper.class);
      Keeper others = other.object(Keeper.class);
      Future<Integer> first = callers.submit(() -> greedys.keep("x".repeat(400 * KIB)));
      await().until(() -> server.controlPort().callBytes() >= 400 * KIB);

      assertRefused(() -> greedys.keep("x".repeat(200 * KIB)), LIMIT);
      assertThat(audit.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .filteredOn(line -> line.startsWith("decision=deny"))
          .singleElement()
          .asString()
          .contains("action=call", "principal=client:greedy")
          .contains("reason=\"" + LIMIT + "\"");
      assertThat(greedys.keep("short")).isEqualTo(5);

      Future<Integer> second = callers.submit(() -> others.keep("x".repeat(400 * KIB)));
      await().until(() -> server.controlPort().callBytes() >= 800 * KIB);
      try (TestClient third = new TestClient(domain.client("third"), server.port())) {
        Keeper thirds = third.object(Keeper.class);
        assertRefused(() -> thirds.keep("x".repeat(200 * KIB)), LIMIT);
        assertThat(thirds.keep("short")).isEqualTo(5);
      }
      letGo.countDown();
      assertThat(first.get()).isEqualTo(400 * KIB);
      assertThat(second.get()).isEqualTo(400 * KIB);
      await().until(() -> server.controlPort().callBytes() == 0);
      assertThat(greedys.keep("x".repeat(400 * KIB))).isEqualTo(400 * KIB);
    }
  }

  /** The array is never sent: it is provided when its length is read. */
  @Test
  void shouldCountAnArrayAsSoonAsItIsAnnounced() throws Exception {
    List<Socket> stalled = new ArrayList<>();
    try (ControlSocketFactory factory =
            new ControlSocketFactory(
                domain.client("greedy"), "localhost", server.port(), ControlLimits.defaults());
        CallScope scope = CallScope.enter(SerialFilters.nothing())) {
      for (int i = 1; i <= 2; i++) {
        Socket socket = factory.createSocket("", 0);
        stalled.add(socket);
        socket.getOutputStream().write(announcing(200 * KIB));
        long held = i * 200L * KIB;
        await().until(() -> server.controlPort().callBytes() >= held);
      }
      Socket oneMore = factory.createSocket("", 0);
      stalled.add(oneMore);
      oneMore.getOutputStream().write(announcing(200 * KIB));
      await().until(() -> denials().size() == 1);
      assertThat(denials().get(0)).contains("action=call", "bytes of calls in memory must be");
      assertThat(server.controlPort().callBytes()).isLessThanOrEqualTo(MOST.perPrincipal());
    } finally {
      for (Socket socket : stalled) {
        socket.close();
      }
    }
    await().until(() -> server.controlPort().callBytes() == 0);
  }

  /** RMI answers only once it has the beginning, so that must not be what there is no room for. */
  @Test
  void shouldAnswerACallWhenOthersOfItsCallerHoldAllButAFewBytes() throws Exception {
    Identity client = domain.client("greedy");
    try (ControlSocketFactory factory =
            new ControlSocketFactory(client, "localhost", server.port(), ControlLimits.defaults());
        CallScope scope = CallScope.enter(SerialFilters.nothing());
        Socket stalled = factory.createSocket("", 0);
        TestClient greedy = new TestClient(client, server.port())) {
      long most = MOST.perPrincipal() + CallBytes.FREE_BYTES;
      stalled.getOutputStream().write(announcing(Math.toIntExact(most - most / 9) - 20));
      await().until(() -> server.controlPort().callBytes() > MOST.perPrincipal() - 100);
      Keeper keeper = greedy.object(Keeper.class);
      assertRefused(() -> keeper.keep("x".repeat(100 * KIB)), LIMIT);
      assertThat(keeper.keep("short")).isEqualTo(5);
    }
  }

  /** A call whose argument is an array of bytes, as far as its length. */
  private byte[] announcing(int length) throws IOException {
    byte[] whole =
        RawCall.of(
            id,
            -1,
            RawCall.hash("count(Ljava/util/List;)I"),
            out -> out.writeObject(new byte[length]));
    return Arrays.copyOf(whole, whole.length - length);
  }

  @Test
  void shouldSayWhichLimitWhenAnArrayIsAnnouncedThatTakesTooMuch() throws Exception {
    try (TestClient greedy = new TestClient(domain.client("greedy"), server.port())) {
      server.export(Counter.class, List::size);
      Counter counter = greedy.object(Counter.class);
      List<String> texts = new ArrayList<>(Collections.nCopies(10_000, "x"));
      assertRefused(() -> counter.count(texts), LIMIT);
      assertThat(denials()).singleElement().asString().contains("action=call", LIMIT);
      assertThat(counter.count(new ArrayList<>(List.of("x")))).isEqualTo(1);
    }
  }

  @Test
  void shouldSayWhichLimitWhenTheMessageIsTooLong() throws Exception {
    restart(ControlLimits.defaults().withMaxMessageBytes(64 * KIB));
    try (TestClient greedy = new TestClient(domain.client("greedy"), server.port())) {
      Keeper keeper = greedy.object(Keeper.class);
      String limit = "RMI message must be 0..65536 bytes, not more";
      assertRefused(() -> keeper.keep("x".repeat(120 * KIB)), limit);
      assertThat(denials()).singleElement().asString().contains("action=call", limit);
      assertThat(keeper.keep("short")).isEqualTo(5);
    }
  }

  /** The text that is refused ends with a call of its own. */
  @Test
  void shouldNotTakeTheRestOfARefusedCallForAnother() throws Exception {
    byte[] second = RawCall.following(keeping("short"));
    String hidden = new String(second, StandardCharsets.ISO_8859_1);
    try (ControlSocketFactory factory = factory();
        CallScope scope = CallScope.enter(SerialFilters.nothing());
        Socket socket = factory.createSocket("", 0)) {
      OutputStream out = socket.getOutputStream();
      out.write(RawCall.MANY_FOLLOW);
      out.write(second);
      out.write(RawCall.following(announcing(1000 * KIB)));
      out.write(second);
      out.write(second);
      String replies = readToEnd(socket);
      assertThat(replies.split("\u00ac\u00ed", -1)).as(replies).hasSize(3);
      assertThat(replies).contains("LIMIT_EXCEEDED", LIMIT).doesNotContain(hidden);
    }
    assertThat(kept.get()).isEqualTo(1);
  }

  /** What it holds is given back at once, and its place once it has been heard out. */
  @Test
  void shouldAnswerARefusedCallerWhoGoesOnSending() throws Exception {
    try (ControlSocketFactory factory = factory();
        CallScope scope = CallScope.enter(SerialFilters.nothing());
        Socket socket = factory.createSocket("", 0)) {
      OutputStream out = socket.getOutputStream();
      out.write(announcing(1000 * KIB));
      byte[] more = new byte[64 * KIB];
      for (int i = 0; i < 100; i++) {
        out.write(more);
      }
      assertThat(readToEnd(socket)).contains("LIMIT_EXCEEDED", LIMIT);
      assertThat(server.controlPort().callBytes()).isZero();
      assertThat(denials()).hasSize(1);
    }
    await().until(() -> server.controlPort().connections() == 0);
  }

  @Test
  void shouldEndWhenARefusedCallerIsSilent() throws Exception {
    try (ControlSocketFactory factory = factory();
        CallScope scope = CallScope.enter(SerialFilters.nothing());
        Socket socket = factory.createSocket("", 0)) {
      socket.getOutputStream().write(announcing(1000 * KIB));
      assertThat(readToEnd(socket)).contains("LIMIT_EXCEEDED", LIMIT);
      await().atMost(Duration.ofSeconds(20)).until(() -> server.controlPort().connections() == 0);
    }
  }

  @Test
  void shouldNotHearARefusedCallerOutWhenTheServerEnds() throws Exception {
    ScheduledExecutorService dripper =
        Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "call-bytes-dripper"));
    try (ControlSocketFactory factory = factory();
        CallScope scope = CallScope.enter(SerialFilters.nothing());
        Socket socket = factory.createSocket("", 0)) {
      OutputStream out = socket.getOutputStream();
      out.write(announcing(1000 * KIB));
      assertThat(readToEnd(socket)).contains("LIMIT_EXCEEDED", LIMIT);
      CountDownLatch dripped = new CountDownLatch(20);
      dripper.scheduleWithFixedDelay(
          () -> {
            try {
              out.write(0);
              dripped.countDown();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          },
          0,
          100,
          TimeUnit.MILLISECONDS);
      dripped.await();
      assertThat(server.controlPort().connections()).isEqualTo(1);
      server.close();
      await().until(() -> server.controlPort().connections() == 0);
    } finally {
      dripper.shutdownNow();
    }
  }

  private ControlSocketFactory factory() throws IOException {
    return new ControlSocketFactory(
        domain.client("greedy"), "localhost", server.port(), ControlLimits.defaults());
  }

  private byte[] keeping(String text) throws IOException {
    return RawCall.of(
        keeperId, -1, RawCall.hash("keep(Ljava/lang/String;)I"), out -> out.writeObject(text));
  }

  private static String readToEnd(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  private static void assertRefused(ThrowingCallable call, String limit) {
    assertThatThrownBy(call)
        .isInstanceOf(ServerException.class)
        .hasCauseInstanceOf(UnmarshalException.class)
        .rootCause()
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.LIMIT_EXCEEDED))
        .hasMessage(limit);
  }

  private List<String> denials() {
    return audit.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.startsWith("decision=deny"))
        .toList();
  }

  @Test
  void shouldGiveBackWhatAConnectionHeldWhenItEnds() {
    Principal peer = new Principal("peer", Role.CLIENT);
    ConnectionCounter counter = new ConnectionCounter(ConnectionCounts.defaults(), MOST);
    ConnectionCounter.Place place = counter.accept(InetAddress.getLoopbackAddress()).orElseThrow();
    assertThat(place.holds(1)).isFalse();
    assertThat(place.proven(peer)).isTrue();
    assertThat(place.holds(600 * KIB)).isTrue();
    assertThat(place.holds(600 * KIB + 1)).isFalse();
    assertThat(place.holds(10)).isTrue();
    assertThat(counter.bytes()).isEqualTo(10);
    place.close();
    place.close();
    assertThat(counter.bytes()).isZero();
    assertThat(place.holds(1)).isFalse();
    assertThat(place.holds(0)).isTrue();
  }

  @Test
  void shouldTakeAnEighthOfTheHeapByDefault() {
    long heap = Runtime.getRuntime().maxMemory();
    assertThat(CallBytes.defaults()).isEqualTo(new CallBytes(heap / 8, heap / 16));
    assertThatThrownBy(() -> new CallBytes(0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("total must be at least 1, not 0");
    assertThatThrownBy(() -> new CallBytes(1, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("perPrincipal must be at least 1, not -1");
  }

  private static void uninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
