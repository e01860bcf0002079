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
import dev.outband.transport.StripedReception;
import dev.outband.transport.Transfer;
import dev.outband.transport.Transmission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects that several streams carry beside each other, from one server or from several. */
@OutbandCluster(servers = 3)
@Timeout(60)
class StripedTest {

  private static final int SIZE = 12_345_678;
  private static final int STREAMS = 4;
  private static final int MIDWAY = 1_000_000;

  /** Sends a file and takes one. */
  interface Archive extends Remote {
    Confirmation fetch(ReceptionObject to) throws RemoteException, TransferException;

    List<ReceptionStub> store(int streams) throws RemoteException, TransferException;
  }

  /** Which stub a server sends into, by the stream. */
  @FunctionalInterface
  private interface Way {
    ReceptionObject through(int server, ReceptionStub stub) throws Exception;
  }

  private final Map<Integer, Integer> senders = new ConcurrentHashMap<>();
  private final AtomicInteger calls = new AtomicInteger();
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
  void shouldTakeTheStripesOfAnObjectFromSeveralServers() throws Exception {
    Map<Integer, AtomicInteger> served = new ConcurrentHashMap<>();
    export(
        (server, stub) -> {
          if (served.computeIfAbsent(server, any -> new AtomicInteger()).incrementAndGet() > 2) {
            throw new TransferException(Code.SHUTTING_DOWN, "two are enough");
          }
          return stub;
        });
    Receipt receipt = receive(Sink.file(to));
    assertThat(Files.mismatch(to, from)).isEqualTo(-1);
    assertThat(receipt.bytes()).isEqualTo(SIZE);
    assertThat(receipt.movedBytes()).isEqualTo(SIZE);
    assertThat(senders).containsOnlyKeys(0, 1, 2, 3);
    assertThat(Set.copyOf(senders.values())).hasSizeGreaterThan(1);
  }

  @Test
  void shouldReopenTheConnectionOfOneStripe() throws Exception {
    ChaosProxy proxy = cluster.proxyTo(client.dataAddress());
    proxy.next(Plan.of(Direction.TO_LISTENER, Fault.cut(MIDWAY, CutBy.RST)));
    export((server, stub) -> stub.ticket().stream() == 2 ? proxy.through(stub) : stub);
    assertThat(receive(Sink.file(to)).bytes()).isEqualTo(SIZE);
    assertThat(Files.mismatch(to, from)).isEqualTo(-1);
    assertThat(calls).hasValue(STREAMS);
  }

  @Test
  void shouldTakeAStripeFromAnotherServerWhenOneDies() throws Exception {
    ChaosProxy slow = cluster.proxyTo(client.dataAddress());
    CountDownLatch slowed = new CountDownLatch(1);
    export(
        (server, stub) -> {
          if (stub.ticket().stream() != 3 || slowed.getCount() == 0) {
            return stub;
          }
          slow.next(Plan.of(Direction.TO_LISTENER, Fault.stall(MIDWAY)));
          slowed.countDown();
          return slow.through(stub);
        });
    Thread killer =
        new Thread(
            () -> {
              try {
                slowed.await();
                while (!senders.containsKey(3)) {
                  Thread.onSpinWait();
                }
                cluster.server(senders.get(3)).close();
                // The proxy stands where the server was: its connection ends as well.
                slow.close();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "killer");
    killer.start();
    Receipt receipt = receive(Sink.file(to));
    killer.join();
    assertThat(receipt.bytes()).isEqualTo(SIZE);
    assertThat(Files.mismatch(to, from)).isEqualTo(-1);
    assertThat(calls.get()).isGreaterThan(STREAMS);
  }

  @Test
  void shouldStartOverWithOneStreamWhereServersHaveOtherContents() throws Exception {
    AtomicInteger version = new AtomicInteger();
    cluster.export(
        "archive",
        Archive.class,
        server ->
            service(
                reception ->
                    server
                        .transmitter()
                        .transmit(Source.file(from, "v" + version.getAndIncrement()), reception)));
    List<Code> failures = Collections.synchronizedList(new ArrayList<>());
    Receipt receipt =
        client.receive(
            Sink.file(to),
            STREAMS,
            archive()::fetch,
            new ReceiveObserver() {
              @Override
              public void retries(TransferException why) {
                failures.add(why.code());
              }
            });
    assertThat(failures).contains(Code.CONTENT_CHANGED);
    assertThat(receipt.bytes()).isEqualTo(SIZE);
    assertThat(Files.mismatch(to, from)).isEqualTo(-1);
  }

  @Test
  void shouldTakeAShortObjectWhole() throws Exception {
    from = Files.write(cluster.folder().resolve("short"), new byte[MIDWAY]);
    export((server, stub) -> stub);
    assertThat(receive(Sink.file(to)).bytes()).isEqualTo(MIDWAY);
    assertThat(Files.mismatch(to, from)).isEqualTo(-1);
    assertThat(calls).hasValue(1);
  }

  @Test
  void shouldTakeAnObjectWithoutAContentTagWhole() throws Exception {
    cluster.export(
        "archive",
        Archive.class,
        server ->
            service(
                reception -> {
                  calls.incrementAndGet();
                  return server
                      .transmitter()
                      .transmit(Source.stream(Files.newInputStream(from)), reception);
                }));
    assertThat(receive(Sink.file(to)).bytes()).isEqualTo(SIZE);
    assertThat(Files.mismatch(to, from)).isEqualTo(-1);
    assertThat(calls).hasValue(1);
  }

  @Test
  void shouldEndAllStripesWhenOneFailsForGood() throws Exception {
    export(
        (server, stub) -> {
          if (stub.ticket().stream() == 1) {
            throw new TransferException(Code.FORBIDDEN, "not this one");
          }
          return stub;
        });
    assertThatThrownBy(() -> receive(Sink.file(to)))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.FORBIDDEN));
    assertThat(cluster.folder()).isDirectoryNotContaining(path -> !path.equals(from));
  }

  @Test
  void shouldEndWhenItIsCancelled() throws Exception {
    ChaosProxy stalled = cluster.proxyTo(client.dataAddress());
    for (int i = 0; i < STREAMS; i++) {
      stalled.next(Plan.of(Direction.TO_LISTENER, Fault.stall(MIDWAY)));
    }
    List<Transfer> watched = new ArrayList<>();
    export(
        (server, stub) -> {
          if (stub.ticket().stream() == 3) {
            watched.get(0).cancel("enough");
          }
          return stalled.through(stub);
        });
    assertThatThrownBy(
            () ->
                client.receive(
                    Sink.file(to),
                    STREAMS,
                    archive()::fetch,
                    new ReceiveObserver() {
                      @Override
                      public void begins(Transfer transfer, long heldBytes) {
                        watched.add(transfer);
                      }
                    }))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.CANCELLED));
    assertThat(watched).hasSize(1);
    assertThat(cluster.folder()).isDirectoryNotContaining(path -> !path.equals(from));
  }

  @Test
  void shouldRefuseASinkThatTakesBytesInTheirOrderOnly() {
    export((server, stub) -> stub);
    assertThatThrownBy(() -> receive(Sink.bytes(SIZE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("in their order");
    assertThatThrownBy(
            () -> client.receive(Sink.file(to), 65, stub -> null, new ReceiveObserver() {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("streams must be 1..64, not 65");
  }

  @Test
  void shouldStoreAnObjectOverSeveralStreams() throws Exception {
    export((server, stub) -> stub);
    Receipt receipt = client.transmit(Source.file(from), archive().store(STREAMS));
    assertThat(receipt.bytes()).isEqualTo(SIZE);
    assertThat(Files.mismatch(to, from)).isEqualTo(-1);
  }

  @Test
  void shouldStoreAShortObjectOverTheFirstStream() throws Exception {
    export((server, stub) -> stub);
    Receipt receipt = client.transmit(Source.bytes(new byte[MIDWAY]), archive().store(STREAMS));
    assertThat(receipt.bytes()).isEqualTo(MIDWAY);
    assertThat(to).hasSize(MIDWAY);
  }

  @Test
  void shouldRefuseAStripeOfAnotherObjectThanTheFirst() throws Exception {
    Path other = Files.write(cluster.folder().resolve("other"), new byte[SIZE - 1]);
    export((server, stub) -> stub);
    List<ReceptionStub> stubs = archive().store(2);
    Transmission first = client.transmitter().start(Source.file(from, "v1"), stubs.get(0), MIDWAY);
    assertThatThrownBy(() -> client.transmit(Source.file(other, "v1"), stubs.get(1)))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.CONTENT_CHANGED));
    assertThatThrownBy(first::await)
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.CANCELLED));
    assertThat(to).doesNotExist();
  }

  @Test
  void shouldLeaveNothingBehindWhenAStripeOfAStoredObjectFails() throws Exception {
    export((server, stub) -> stub);
    List<ReceptionStub> stubs = archive().store(STREAMS);
    List<ReceptionStub> mixed = new ArrayList<>(stubs);
    Collections.swap(mixed, 1, 2);
    assertThatThrownBy(() -> client.transmit(Source.file(from), mixed))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.INVALID));
    Transfer transfer = client.transmitter().start(Source.file(from), stubs, 4L * MIDWAY);
    transfer.cancel("enough");
    assertThatThrownBy(() -> transfer.receipt().toCompletableFuture().join())
        .hasCauseInstanceOf(TransferException.class);
    cluster.server(0).close();
    cluster.server(1).close();
    cluster.server(2).close();
    assertThat(cluster.folder()).isDirectoryNotContaining(path -> !path.equals(from));
  }

  private Receipt receive(Sink sink) throws Exception {
    return client.receive(sink, STREAMS, archive()::fetch, new ReceiveObserver() {});
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
              public Confirmation fetch(ReceptionObject reception)
                  throws RemoteException, TransferException {
                int index = servers.indexOf(server);
                ReceptionStub stub = (ReceptionStub) reception;
                calls.incrementAndGet();
                ReceptionObject target;
                try {
                  target = way.through(index, stub);
                } catch (TransferException e) {
                  throw e;
                } catch (Exception e) {
                  throw new RemoteException("the test failed", e);
                }
                Confirmation confirmation =
                    server.transmitter().transmit(Source.file(from, "v1"), target);
                senders.put(stub.ticket().stream(), index);
                return confirmation;
              }

              @Override
              public List<ReceptionStub> store(int streams) throws TransferException {
                StripedReception reception =
                    server.receptions().openStriped(Sink.file(to), SIZE, streams);
                return reception.stubs();
              }
            });
  }

  /** Sends. */
  @FunctionalInterface
  private interface Fetch {
    Confirmation fetch(ReceptionObject reception) throws TransferException, IOException;
  }

  private static Archive service(Fetch fetch) {
    return new Archive() {
      @Override
      public Confirmation fetch(ReceptionObject reception)
          throws RemoteException, TransferException {
        try {
          return fetch.fetch(reception);
        } catch (IOException e) {
          throw new RemoteException("the test failed", e);
        }
      }

      @Override
      public List<ReceptionStub> store(int streams) {
        throw new UnsupportedOperationException("not in this test");
      }
    };
  }
}
