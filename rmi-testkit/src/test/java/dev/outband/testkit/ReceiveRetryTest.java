package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Direction;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
import dev.outband.client.ReceiveObserver;
import dev.outband.client.RetryPolicy;
import dev.outband.security.SecurityPolicy;
import dev.outband.server.OutbandServer;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transfer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code client.receive} does about failures that may pass, and about others. */
@Timeout(60)
class ReceiveRetryTest {

  private static final int SIZE = 2_000_000;
  private static final int ATTEMPTS = 3;

  /** More connections than a transmitter dials before it gives up. */
  private static final int HOPELESS = 500;

  @TempDir Path folder;
  private final AtomicInteger calls = new AtomicInteger();
  private OutbandServer server;
  private OutbandClient client;
  private ChaosProxy proxy;
  private Path from;
  private Path to;

  /** Asks for bytes. */
  public interface Bytes extends Remote {

    /** Sends them, or not. */
    Confirmation fetch(ReceptionObject reception) throws RemoteException, TransferException;
  }

  /** Does so. */
  private interface Service {
    Confirmation fetch(int call, ReceptionStub reception) throws TransferException, IOException;
  }

  @BeforeEach
  void start() throws Exception {
    byte[] content = new byte[SIZE];
    new Random(1).nextBytes(content);
    Files.createDirectory(folder.resolve("files"));
    from = Files.write(folder.resolve("files/from"), content);
    to = folder.resolve("files/to");
    TrustDomain domain = TrustDomain.create(folder.resolve("pki"));
    String loopback = InetAddress.getLoopbackAddress().getHostAddress();
    server =
        OutbandServer.builder()
            .identity(domain.server("server-1"))
            .policy(SecurityPolicy.anyoneInTheTrustDomain())
            .control(loopback, 0)
            .data(loopback, 0)
            .start();
    client =
        OutbandClient.builder()
            .identity(domain.client("client-1"))
            .servers(loopback + ":" + server.controlAddress().getPort())
            .retryPolicy(new RetryPolicy(ATTEMPTS, Duration.ofSeconds(30), Duration.ofMillis(1)))
            .connect();
    proxy = ChaosProxy.to(client.dataAddress());
  }

  @AfterEach
  void stop() throws Exception {
    proxy.close();
    client.close();
    server.close();
  }

  @Test
  void shouldResumeByAnotherCallWhatOneCallDidNotComplete() throws Exception {
    Receipt receipt =
        receive(
            (call, reception) ->
                server
                    .transmitter()
                    .transmit(Source.file(from, "v1"), call == 1 ? through(reception) : reception));
    assertThat(calls).hasValue(2);
    assertThat(receipt.offset()).isPositive();
    assertThat(receipt.bytes()).isEqualTo(SIZE);
    assertThat(to).hasSameBinaryContentAs(from);
  }

  @Test
  void shouldStartOverWhenTheContentHasChangedMeanwhile() throws Exception {
    Path changed = Files.write(folder.resolve("files/changed"), new byte[100]);
    Observer observer = new Observer();
    Receipt receipt =
        receive(
            (call, reception) ->
                call == 1
                    ? server.transmitter().transmit(Source.file(from, "v1"), through(reception))
                    : server.transmitter().transmit(Source.file(changed, "v2"), reception),
            observer);
    assertThat(receipt.offset()).isZero();
    assertThat(to).hasSameBinaryContentAs(changed);
    assertThat(observer.failures).hasSize(2);
    assertThat(observer.failures.get(0).isRetriable()).isTrue();
    assertThat(observer.failures.get(1)).isEqualTo(Code.CONTENT_CHANGED);
    assertThat(observer.held).hasSize(3);
    assertThat(observer.held.get(1)).isPositive();
    assertThat(observer.held.get(2)).isZero();
  }

  @Test
  void shouldGiveUpAfterSoManyAttemptsThatBroughtNothing() {
    assertThatThrownBy(
            () ->
                receive(
                    (call, reception) -> {
                      throw call == 1
                          ? new TransferException(Code.SHUTTING_DOWN, "closing")
                          : new TransferException(Code.TIMEOUT, "too late");
                    }))
        .hasMessage("closing; attempts=3, last: too late")
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.SHUTTING_DOWN));
    assertThat(calls).hasValue(ATTEMPTS);
    assertThat(to).doesNotExist();
  }

  @Test
  void shouldSayWhatWentWrongWhereTheSinkCannotStartOver() {
    ByteArrayOutputStream taken = new ByteArrayOutputStream();
    assertThatThrownBy(
            () ->
                receive(
                    (call, reception) ->
                        server
                            .transmitter()
                            .transmit(
                                Source.stream(Files.newInputStream(from)), through(reception)),
                    new Observer(),
                    Sink.stream(taken)))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.TRUNCATED));
    assertThat(taken.size()).isPositive();
    assertThat(calls).hasValue(1);
  }

  @Test
  void shouldNotAskAgainWhereThatCannotHelp() {
    assertThatThrownBy(
            () ->
                receive(
                    (call, reception) -> {
                      throw new TransferException(Code.FORBIDDEN, "not you");
                    }))
        .hasMessage("not you");
    assertThat(calls).hasValue(1);
  }

  /** Through a proxy that cuts this connection midway and all others at once. */
  private ReceptionStub through(ReceptionStub reception) throws IOException {
    proxy.next(Plan.of(Direction.TO_LISTENER, Fault.cut(SIZE / 2, CutBy.FIN)));
    for (int i = 0; i < HOPELESS; i++) {
      proxy.next(Plan.of(Direction.TO_LISTENER, Fault.cut(0, CutBy.RST)));
    }
    return Rig.at(proxy.endpoint(), reception);
  }

  private Receipt receive(Service service) throws Exception {
    return receive(service, new Observer());
  }

  private Receipt receive(Service service, ReceiveObserver observer) throws Exception {
    return receive(service, observer, Sink.file(to));
  }

  private Receipt receive(Service service, ReceiveObserver observer, Sink sink) throws Exception {
    Bytes exported =
        reception -> {
          try {
            return service.fetch(calls.incrementAndGet(), (ReceptionStub) reception);
          } catch (IOException e) {
            throw new RemoteException("the proxy failed", e);
          }
        };
    server.export("bytes", Bytes.class, exported);
    Bytes bytes = client.lookup("bytes", Bytes.class);
    return client.receive(sink, bytes::fetch, observer);
  }

  private static final class Observer implements ReceiveObserver {
    private final List<Long> held = new ArrayList<>();
    private final List<Code> failures = new ArrayList<>();

    @Override
    public void begins(Transfer transfer, long heldBytes) {
      held.add(heldBytes);
    }

    @Override
    public void retries(TransferException why) {
      failures.add(why.code());
    }
  }
}
