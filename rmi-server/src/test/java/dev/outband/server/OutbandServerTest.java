package dev.outband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Mode;
import dev.outband.api.Payload;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
import dev.outband.security.Identity;
import dev.outband.security.PeerRefusedException;
import dev.outband.security.SecurityPolicy;
import dev.outband.transport.BytesSink;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import java.io.FileNotFoundException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OutbandServerTest {
  private static final long SEED = 20261123;

  interface Plain extends Remote {
    void call() throws RemoteException;
  }

  interface Careless extends Remote {
    void call();
  }

  interface Factory extends Remote {
    Archive open() throws RemoteException;
  }

  @TempDir Path folder;
  private TestProcesses processes;
  private OutbandClient client;
  private Archive archive;

  @BeforeEach
  void start() throws Exception {
    processes = new TestProcesses(folder.resolve("pki"));
    client = processes.connect("reporting");
    archive = client.lookup("archive", Archive.class);
  }

  @AfterEach
  void stop() {
    client.close();
    processes.close();
  }

  @Test
  void shouldMoveTheSameBytesInBothDirectionsWhenAClientFetchesAndStores() throws Exception {
    byte[] bytes = random(3_000_001);
    processes.service.objects.put("big", bytes);

    BytesSink sink = Sink.bytes(bytes.length);
    Receipt received = client.receive(sink, r -> archive.fetch("big", r));
    Receipt sent = client.transmit(Source.bytes(bytes), archive.store("copy", bytes.length));

    assertThat(sink.toByteArray()).isEqualTo(bytes);
    assertThat(processes.service.stored.get("copy").toByteArray()).isEqualTo(bytes);
    assertThat(received.bytes()).isEqualTo(bytes.length);
    assertThat(sent.bytes()).isEqualTo(bytes.length);
  }

  @Test
  void shouldBringAShortObjectInTheReplyBeforeTheCallReturns() throws Exception {
    for (int size :
        new int[] {Payload.MAX_BYTES, Payload.MAX_BYTES + 1, ReceptionStub.MAX_INBAND_BYTES}) {
      comesWithTheReply(random(size));
    }
    byte[] longer = random(ReceptionStub.MAX_INBAND_BYTES + 1);
    processes.service.objects.put("longer", longer);
    assertThat(client.receive(Sink.discard(), r -> archive.fetch("longer", r)).mode())
        .isEqualTo(Mode.ACTIVE);
    byte[] few = random(7);
    assertThat(client.transmit(Source.bytes(few), archive.store("up", few.length)).mode())
        .isEqualTo(Mode.ACTIVE);
  }

  private void comesWithTheReply(byte[] bytes) throws Exception {
    processes.service.objects.put("short", bytes);
    BytesSink sink = Sink.bytes(bytes.length);
    try (Reception reception = client.receptions().open(sink)) {
      Confirmation confirmation = archive.fetch("short", reception.stub());
      assertThat(confirmation.mode()).isEqualTo(Mode.INBAND);
      assertThat(reception.transfer().receipt().toCompletableFuture()).isCompleted();
      assertThat(sink.toByteArray()).isEqualTo(bytes);
      assertThat(reception.await(confirmation).bytes()).isEqualTo(bytes.length);
    }
  }

  @Test
  void shouldSayNotFoundWhenTheServerHasNoSuchNameOrObject() {
    assertThat(code(() -> client.lookup("nothing", Archive.class))).isEqualTo(Code.NOT_FOUND);
    assertThat(code(() -> client.receive(Sink.discard(), r -> archive.fetch("nothing", r))))
        .isEqualTo(Code.NOT_FOUND);
  }

  @Test
  void shouldListNamesSorted() throws Exception {
    processes.server.export("a/first", Archive.class, processes.service);
    assertThat(client.names()).containsExactly("a/first", "archive");
    processes.server.unexport("archive");
    assertThat(client.names()).containsExactly("a/first");
    assertThat(code(() -> archive.fail("forbidden"))).isEqualTo(Code.NOT_FOUND);
  }

  @Test
  void shouldKeepCausesAtHomeWhenTheServiceFails() {
    TransferException refused =
        catchThrowableOfType(TransferException.class, () -> archive.fail("forbidden"));
    assertThat(refused).hasMessage("not yours").hasNoCause();
    for (String how : List.of("runtime", "error")) {
      TransferException failed =
          catchThrowableOfType(TransferException.class, () -> archive.fail(how));
      assertThat(failed.code()).isEqualTo(Code.INTERNAL);
      assertThat(failed)
          .hasMessageStartingWith(
              "archive.fail failed on the server, whose log has the cause, incident=");
      assertThat(failed).hasNoCause();
    }
    assertThatThrownBy(archive::failPlain)
        .isInstanceOf(RemoteException.class)
        .hasMessageStartingWith("INTERNAL: archive.failPlain failed on the server")
        .hasNoCause();
  }

  @Test
  void shouldThrowARemoteExceptionOfOneLineWhenTheServiceThrowsATransferExceptionUndeclared()
      throws Exception {
    processes.server.export("sly", Plain.class, () -> throwUndeclared("not yours"));
    Plain sly = client.lookup("sly", Plain.class);
    assertThatThrownBy(sly::call)
        .isInstanceOf(RemoteException.class)
        .hasMessage("FORBIDDEN: not yours")
        .hasNoCause();
  }

  @Test
  void shouldThrowTheServicesOwnExceptionWhenItsMethodDeclaresIt() throws Exception {
    assertThatThrownBy(() -> archive.list(""))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessage("no folder");
    assertThat(archive.list("x")).containsExactly("x");
  }

  @Test
  void shouldNameTheRightCallerWhenTwoIdentitiesMakeHundredsOfCallsAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(32);
    try (OutbandClient other = processes.connect("billing")) {
      Archive second = other.lookup("archive", Archive.class);
      List<Future<String>> calls = new ArrayList<>();
      for (int i = 0; i < 800; i++) {
        calls.add(threads.submit(i % 2 == 0 ? archive::whoCalls : second::whoCalls));
      }
      for (int i = 0; i < calls.size(); i++) {
        assertThat(calls.get(i).get())
            .isEqualTo(i % 2 == 0 ? "client:reporting" : "client:billing");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldRefuseTypedWhenTheClientWasRevoked() throws Exception {
    Identity revoked = processes.client("old");
    processes.authority.revoke("old");
    PeerRefusedException refused =
        catchThrowableOfType(PeerRefusedException.class, () -> processes.connect(revoked).close());
    assertThat(refused.reason()).isEqualTo(PeerRefusedException.Reason.REVOKED);
  }

  @Test
  void shouldNameEachServerWithItsReasonWhenNoneAnswers() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    Identity identity = processes.client("lonely");
    assertThatThrownBy(
            () ->
                OutbandClient.builder()
                    .identity(identity)
                    .servers("127.0.0.1:" + closed, "nowhere.invalid:7099")
                    .connect())
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.UNREACHABLE))
        .hasMessageStartingWith("no server answered: 127.0.0.1:" + closed + ": Connection refused")
        .hasMessageEndingWith("; nowhere.invalid:7099: unknown host");
  }

  @Test
  void shouldConnectToTheNextServerWhenTheFirstIsDown() throws Exception {
    try (OutbandClient second =
        OutbandClient.builder()
            .identity(processes.client("c"))
            .servers("127.0.0.1:1", processes.address())
            .connect()) {
      assertThat(second.server()).isEqualTo(processes.address());
      assertThat(second.dataAddress().getAddress().isLoopbackAddress()).isTrue();
    }
  }

  @Test
  void shouldSayUnreachableWhenTheServerIsGoneAndFindItAgainWhenItIsBack() throws Exception {
    int port = processes.server.controlAddress().getPort();
    processes.server.close();
    assertThat(code(() -> archive.fail("forbidden"))).isIn(Code.UNREACHABLE, Code.CONNECTION_LOST);
    assertThat(code(() -> archive.fail("forbidden"))).isEqualTo(Code.UNREACHABLE);

    try (OutbandServer restarted =
        OutbandServer.builder()
            .identity(processes.serverIdentity)
            .policy(SecurityPolicy.anyoneInTheTrustDomain())
            .control("127.0.0.1", port)
            .start()) {
      restarted.export("archive", Archive.class, processes.service);
      assertThat(archive.whoCalls()).isEqualTo("client:reporting");
    }
  }

  @Test
  void shouldGiveEverythingBackWhenItIsClosed() throws Exception {
    List<String> before = threads();
    for (int i = 0; i < 3; i++) {
      try (OutbandServer server =
              OutbandServer.builder()
                  .identity(processes.serverIdentity)
                  .policy(SecurityPolicy.anyoneInTheTrustDomain())
                  .control("127.0.0.1", 0)
                  .start();
          OutbandClient user =
              OutbandClient.builder()
                  .identity(processes.client("user" + i))
                  .servers("127.0.0.1:" + server.controlAddress().getPort())
                  .connect()) {
        server.export("archive", Archive.class, processes.service);
        user.lookup("archive", Archive.class).whoCalls();
        server.close();
        new ServerSocket(server.controlAddress().getPort(), 1, InetAddress.getLoopbackAddress())
            .close();
        new ServerSocket(server.dataAddress().getPort(), 1, InetAddress.getLoopbackAddress())
            .close();
      }
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(threads()).isEqualTo(before));
  }

  @Test
  void shouldRefuseNewTransfersAndStillAnswerWhenItDrains() throws Exception {
    processes.service.objects.put("x", new byte[10]);
    assertThat(processes.server.drain(Duration.ofSeconds(5))).isTrue();
    assertThat(code(() -> client.receive(Sink.discard(), r -> archive.fetch("x", r))))
        .isEqualTo(Code.SHUTTING_DOWN);
    assertThat(code(() -> archive.store("y", 10))).isEqualTo(Code.SHUTTING_DOWN);
    assertThat(archive.whoCalls()).isEqualTo("client:reporting");
  }

  @Test
  void shouldNameTheAddressWhenAPortIsInUse() {
    int control = processes.server.controlAddress().getPort();
    int data = processes.server.dataAddress().getPort();
    OutbandServerBuilder builder =
        OutbandServer.builder()
            .identity(processes.serverIdentity)
            .policy(SecurityPolicy.anyoneInTheTrustDomain());
    assertThatThrownBy(() -> builder.control("127.0.0.1", control).start())
        .isInstanceOf(BindException.class)
        .hasMessageContaining("127.0.0.1:" + control);
    assertThatThrownBy(() -> builder.control("127.0.0.1", 0).data("127.0.0.1", data).start())
        .hasMessageContaining("127.0.0.1:" + data);
  }

  @Test
  void shouldNameTheSettingWhenItIsMissingOrWrong() throws Exception {
    assertThatThrownBy(() -> OutbandServer.builder().control("127.0.0.1", 0).start())
        .hasMessage("identity must be set");
    OutbandServerBuilder builder = OutbandServer.builder().identity(processes.serverIdentity);
    assertThatThrownBy(builder::start)
        .hasMessage("policy must be set: SecurityPolicy.load(file), or .anyoneInTheTrustDomain()");
    assertThatThrownBy(builder.policy(SecurityPolicy.anyoneInTheTrustDomain())::start)
        .hasMessageStartingWith("control must be set");
    Identity mere = processes.client("mere");
    assertThatThrownBy(() -> OutbandServer.builder().identity(mere).control("127.0.0.1", 0).start())
        .hasMessage("identity must be a server's, not client:mere");
    assertThatThrownBy(() -> OutbandServer.builder().control("127.0.0.1", 65_536))
        .hasMessage("control port must be 0..65535, not 65536");
    assertThatThrownBy(() -> OutbandClient.builder().servers("host"))
        .hasMessageContaining("HOST:PORT");
    assertThatThrownBy(() -> OutbandClient.builder().servers("host:0"))
        .hasMessageContaining("1..65535, not 0");
  }

  @Test
  void shouldRefuseToExportWhenTheInterfaceOrTheNameIsWrong() {
    OutbandServer server = processes.server;
    assertThatThrownBy(() -> server.export("archive", Archive.class, processes.service))
        .hasMessage("name is taken: archive");
    assertThatThrownBy(() -> server.export("a b", Archive.class, processes.service))
        .hasMessageContaining("not \"a b\"");
    assertThatThrownBy(() -> server.export("c", Careless.class, () -> {}))
        .hasMessageEndingWith("Careless.call must declare java.rmi.RemoteException");
    assertThatThrownBy(() -> client.lookup("archive", Careless.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("Careless.call must declare java.rmi.RemoteException");
    assertThatThrownBy(() -> server.export("f", Factory.class, () -> processes.service))
        .hasMessageContaining("which cannot travel");
  }

  @Test
  void shouldAnswerWhenThousandsOfCallsFollowEachOther() throws Exception {
    for (int i = 0; i < 5_000; i++) {
      assertThat(archive.whoCalls()).isEqualTo("client:reporting");
    }
  }

  @Test
  void shouldRefuseTheReplyWhenItsClassIsNotNamedByTheSignature() throws Exception {
    assertThat(archive.anything()).isEqualTo("text");
    processes.service.anything = new ArrayList<>(List.of(new java.util.Date()));
    assertThatThrownBy(archive::anything)
        .isInstanceOf(RemoteException.class)
        .hasMessageStartingWith("PROTOCOL: 127.0.0.1:")
        .hasMessageEndingWith(
            " archive.anything: reply refused: java.util.Date is not named by its signature");
    assertThat(archive.whoCalls()).isEqualTo("client:reporting");
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("outband"))
        .sorted()
        .toList();
  }

  private static byte[] random(int length) {
    System.out.println("seed " + SEED);
    byte[] bytes = new byte[length];
    new Random(SEED).nextBytes(bytes);
    return bytes;
  }

  @SuppressWarnings("unchecked") // a generic throws clause hides any exception from the compiler
  private static <E extends Exception> void throwUndeclared(String message) throws E {
    throw (E) new TransferException(Code.FORBIDDEN, message);
  }

  private static Code code(ThrowingCallable call) {
    TransferException thrown = catchThrowableOfType(TransferException.class, call);
    assertThat(thrown).isNotNull();
    return thrown.code();
  }
}
