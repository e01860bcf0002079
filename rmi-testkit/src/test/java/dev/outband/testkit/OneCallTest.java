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
import dev.outband.server.OutbandServer;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transfer;
import dev.outband.transport.Transmission;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Large objects that come over several streams from one call, which nobody asked for. */
@OutbandCluster(servers = 2)
@Timeout(60)
class OneCallTest {

  private static final int SIZE = 34_567_890;
  private static final int MIDWAY = 2_000_000;

  /** Sends a file and takes one. */
  interface Archive extends Remote {
    Confirmation fetch(ReceptionObject to) throws RemoteException, TransferException;

    ReceptionStub store() throws RemoteException, TransferException;
  }

  /** Which stub a server sends into. */
  @FunctionalInterface
  private interface Way {
    ReceptionObject through(int server, ReceptionStub stub) throws TransferException;
  }

  private final AtomicInteger calls = new AtomicInteger();
  private final List<Integer> streams = Collections.synchronizedList(new ArrayList<>());
  private TestCluster cluster;
  private OutbandClient client;
  private Path from;
  private Path to;

  @BeforeEach
  void content(TestCluster started, OutbandClient first) throws Exception {
    cluster = started;
    client = first;
    byte[] content = new byte[SIZE];
    new Random(1).nextBytes(content);
    from = Files.write(cluster.folder().resolve("from"), content);
    to = cluster.folder().resolve("to");
  }

  @Test
  void shouldComeOverTwoStreamsFromOneCall() throws Exception {
    export((server, stub) -> stub);
    Receipt receipt = client.receive(Sink.file(to), archive()::fetch);
    assertThat(receipt.bytes()).isEqualTo(SIZE);
    assertThat(receipt.movedBytes()).isEqualTo(SIZE);
    assertThat(Files.mismatch(to, from)).isEqualTo(-1);
    assertThat(calls).hasValue(1);
    assertThat(streams).containsExactly(2);
  }

  @Test
  void shouldReopenTheConnectionOfOneOfThem() throws Exception {
    ChaosProxy proxy = cluster.proxyTo(client.dataAddress());
    proxy.next(Plan.PASSING);
    proxy.next(Plan.of(Direction.TO_LISTENER, Fault.cut(MIDWAY, CutBy.RST)));
    export((server, stub) -> proxy.through(stub));
    assertThat(client.receive(Sink.file(to), archive()::fetch).bytes()).isEqualTo(SIZE);
    assertThat(Files.mismatch(to, from)).isEqualTo(-1);
    assertThat(calls).hasValue(1);
  }

  @Test
  void shouldGoOnFromAnotherServerWithEachOfThem() throws Exception {
    AtomicInteger asked = new AtomicInteger(-1);
    AtomicReference<Transfer> first = new AtomicReference<>();
    export(
        (server, stub) -> {
          asked.compareAndSet(-1, server);
          return stub;
        });
    List<Long> held = Collections.synchronizedList(new ArrayList<>());
    Thread killer =
        new Thread(
            () -> {
              while (first.get() == null || first.get().bytes() < MIDWAY / 2) {
                Thread.onSpinWait();
              }
              cluster.server(asked.get()).close();
            },
            "killer");
    killer.start();
    Receipt receipt =
        client.receive(
            Sink.file(to),
            archive()::fetch,
            new ReceiveObserver() {
              @Override
              public void begins(Transfer transfer, long heldBytes) {
                if (first.compareAndSet(null, transfer)) {
                  transfer.limitRate(MIDWAY);
                }
                held.add(heldBytes);
              }
            });
    killer.join();
    assertThat(receipt.bytes()).isEqualTo(SIZE);
    assertThat(receipt.offset()).isEqualTo(held.get(held.size() - 1)).isPositive();
    assertThat(Files.mismatch(to, from)).isEqualTo(-1);
    assertThat(streams).startsWith(2).endsWith(2);
  }

  @Test
  void shouldBeStoredOverTwoStreams() throws Exception {
    export((server, stub) -> stub);
    ReceptionStub stub = archive().store();
    Transmission transmission = client.transmitter().start(Source.file(from), stub);
    assertThat(transmission.confirmation().further()).hasSize(1);
    Receipt receipt = transmission.await();
    assertThat(receipt.bytes()).isEqualTo(SIZE);
    assertThat(Files.mismatch(to, from)).isEqualTo(-1);
  }

  @Test
  void shouldLeaveNothingWhenItIsCancelled() throws Exception {
    export((server, stub) -> stub);
    Archive archive = archive();
    assertThatThrownBy(
            () ->
                client.receive(
                    Sink.file(to),
                    archive::fetch,
                    new ReceiveObserver() {
                      @Override
                      public void begins(Transfer transfer, long heldBytes) {
                        transfer.limitRate(MIDWAY);
                        Thread canceller =
                            new Thread(
                                () -> {
                                  while (transfer.bytes() == 0) {
                                    Thread.onSpinWait();
                                  }
                                  transfer.cancel("enough");
                                },
                                "canceller");
                        canceller.start();
                      }
                    }))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.CANCELLED));
    assertThat(cluster.folder()).isDirectoryNotContaining(path -> !path.equals(from));
  }

  private Archive archive() throws Exception {
    return client.lookup("archive", Archive.class);
  }

  private void export(Way way) {
    List<OutbandServer> servers = cluster.servers();
    cluster.export(
        "archive",
        Archive.class,
        server ->
            new Archive() {
              @Override
              public Confirmation fetch(ReceptionObject reception) throws TransferException {
                calls.incrementAndGet();
                ReceptionObject target =
                    way.through(servers.indexOf(server), (ReceptionStub) reception);
                Confirmation confirmation =
                    server.transmitter().transmit(Source.file(from, "v1"), target);
                streams.add(1 + confirmation.further().size());
                return confirmation;
              }

              @Override
              public ReceptionStub store() throws TransferException {
                return server.receptions().open(Sink.file(to), SIZE).stub();
              }
            });
  }
}
