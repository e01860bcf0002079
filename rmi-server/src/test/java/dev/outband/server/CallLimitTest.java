package dev.outband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.client.Balance;
import dev.outband.client.OutbandClient;
import dev.outband.security.CallBytes;
import dev.outband.security.ControlLimits;
import dev.outband.security.Identity;
import dev.outband.security.SecurityPolicy;
import dev.outband.security.pki.CertificateAuthority;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls that are larger than a server has room for, and their callers. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CallLimitTest {
  private static final int KIB = 1 << 10;
  private static final ControlLimits SMALL =
      ControlLimits.defaults().withCallBytes(new CallBytes(64 * KIB, 32 * KIB));
  private static final String NO_MEMORY =
      "bytes of calls in memory must be at most 32768 of one principal and 65536 of all";

  /** Tells the length of what it is given. */
  interface Lengths extends Remote {
    int text(String text) throws RemoteException, TransferException;

    int untyped(String text) throws RemoteException;

    int bytes(byte[] bytes) throws RemoteException, TransferException;

    int texts(List<String> texts) throws RemoteException, TransferException;
  }

  private record Counted(AtomicInteger calls) implements Lengths {
    @Override
    public int text(String text) {
      calls.incrementAndGet();
      return text.length();
    }

    @Override
    public int untyped(String text) {
      return text(text);
    }

    @Override
    public int bytes(byte[] bytes) {
      calls.incrementAndGet();
      return bytes.length;
    }

    @Override
    public int texts(List<String> texts) {
      calls.incrementAndGet();
      return texts.size();
    }
  }

  @TempDir Path folder;
  private final List<OutbandServer> servers = new ArrayList<>();
  private final List<AtomicInteger> calls = new ArrayList<>();
  private CertificateAuthority authority;
  private OutbandClient client;

  @BeforeEach
  void start() throws Exception {
    authority = CertificateAuthority.create(folder.resolve("pki"));
  }

  @AfterEach
  void stop() {
    if (client != null) {
      client.close();
    }
    servers.forEach(OutbandServer::close);
  }

  @Test
  void shouldSayWhichLimitWhenACallTakesMoreMemoryThanItsCallerMayHave() throws Exception {
    Lengths lengths = connect(SMALL);
    List<String> texts = new ArrayList<>(Collections.nCopies(1_000, "x"));
    assertRefused(() -> lengths.text("x".repeat(2_000 * KIB)), "text: " + NO_MEMORY);
    assertRefused(() -> lengths.bytes(new byte[1_000 * KIB]), "bytes: " + NO_MEMORY);
    assertRefused(() -> lengths.texts(texts), "texts: " + NO_MEMORY);
    assertThatThrownBy(() -> lengths.untyped("x".repeat(100 * KIB)))
        .isInstanceOf(RemoteException.class)
        .hasMessageStartingWith("LIMIT_EXCEEDED: ")
        .hasMessageEndingWith(" lengths.untyped: " + NO_MEMORY);
    assertThat(calls.get(0)).hasValue(0);
    assertThat(lengths.text("x".repeat(20 * KIB))).isEqualTo(20 * KIB);
  }

  @Test
  void shouldSayWhichLimitWhenACallIsTooLong() throws Exception {
    Lengths lengths = connect(ControlLimits.defaults().withMaxMessageBytes(64 * KIB));
    String limit = "RMI message must be 0..65536 bytes, not more";
    assertRefused(() -> lengths.text("x".repeat(128 * KIB)), "text: " + limit);
    assertRefused(() -> lengths.bytes(new byte[128 * KIB]), "bytes: " + limit);
    assertThat(calls.get(0)).hasValue(0);
    assertThat(lengths.text("x".repeat(20 * KIB))).isEqualTo(20 * KIB);
  }

  @Test
  void shouldAskAnotherServerWhenTheFirstHasNoMemoryForTheCall() throws Exception {
    Lengths lengths = connect(SMALL, ControlLimits.defaults());
    assertThat(lengths.text("x".repeat(2_000 * KIB))).isEqualTo(2_000 * KIB);
    assertThat(lengths.bytes(new byte[1_000 * KIB])).isEqualTo(1_000 * KIB);
    assertThat(lengths.untyped("x".repeat(100 * KIB))).isEqualTo(100 * KIB);
    assertThat(calls.get(0)).hasValue(0);
    assertThat(calls.get(1)).hasValue(3);
  }

  @Test
  void shouldSayWhichLimitsWhenNoServerHasMemoryForTheCall() throws Exception {
    Lengths lengths = connect(SMALL, SMALL);
    assertThatThrownBy(() -> lengths.text("x".repeat(100 * KIB)))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.LIMIT_EXCEEDED))
        .hasMessageStartingWith("no server answered: ")
        .hasMessageEndingWith("text: " + NO_MEMORY);
    assertThatThrownBy(() -> lengths.untyped("x".repeat(100 * KIB)))
        .isInstanceOf(RemoteException.class)
        .hasMessageStartingWith("LIMIT_EXCEEDED: no server answered: ");
    assertThat(calls).allMatch(count -> count.get() == 0);
  }

  private Lengths connect(ControlLimits... limits) throws Exception {
    for (ControlLimits limit : limits) {
      serve(limit);
    }
    client =
        OutbandClient.builder()
            .identity(Identity.load(authority.issueClient("greedy")))
            .servers(servers.stream().flatMap(CallLimitTest::address).toArray(String[]::new))
            .balance(Balance.GIVEN_ORDER)
            .connect();
    return client.lookup("lengths", Lengths.class);
  }

  private void serve(ControlLimits limits) throws Exception {
    String name = "s" + servers.size();
    OutbandServer server =
        OutbandServer.builder()
            .identity(Identity.load(authority.issueServer(name, List.of("127.0.0.1"))))
            .policy(SecurityPolicy.anyoneInTheTrustDomain())
            .control("127.0.0.1", 0)
            .controlLimits(limits)
            .start();
    servers.add(server);
    calls.add(new AtomicInteger());
    server.export("lengths", Lengths.class, new Counted(calls.get(calls.size() - 1)));
  }

  private static Stream<String> address(OutbandServer server) {
    return Stream.of("127.0.0.1:" + server.controlAddress().getPort());
  }

  private static void assertRefused(ThrowingCallable call, String why) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.LIMIT_EXCEEDED))
        .hasMessageEndingWith(" lengths." + why);
  }
}
