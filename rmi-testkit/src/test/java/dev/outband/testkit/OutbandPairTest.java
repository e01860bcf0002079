package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Confirmation;
import dev.outband.api.Direction;
import dev.outband.api.ReceptionObject;
import dev.outband.api.TransferException;
import dev.outband.transport.BytesSink;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole calls, with their transfers, in one JVM; also through a proxy. */
@Timeout(60)
class OutbandPairTest {

  private static final int SIZE = 1_000_000;

  @TempDir Path folder;
  private OutbandPair pair;
  private Shelf shelf;
  private byte[] content;

  /** A remote interface as an application would have it; public, as RMI wants it. */
  public interface Shelf extends Remote {
    Confirmation fetch(ReceptionObject reception) throws RemoteException, TransferException;

    ReceptionObject store() throws RemoteException, TransferException;
  }

  private final class Service implements Shelf {
    private final BytesSink stored = Sink.bytes(SIZE);

    @Override
    public Confirmation fetch(ReceptionObject reception) throws TransferException {
      return pair.server().transmitter().transmit(Source.bytes(content), reception);
    }

    @Override
    public ReceptionObject store() throws TransferException {
      return pair.server().receptions().open(stored).stub();
    }
  }

  @BeforeEach
  void start() throws Exception {
    content = new byte[SIZE];
    new Random(SIZE).nextBytes(content);
    pair = OutbandPair.start(folder.resolve("pki"));
    shelf = new Service();
    pair.server().export("shelf", Shelf.class, shelf);
  }

  @AfterEach
  void stop() {
    pair.close();
  }

  @Test
  void shouldFetchAndStore() throws Exception {
    Shelf remote = pair.client().lookup("shelf", Shelf.class);
    BytesSink fetched = Sink.bytes(SIZE);
    assertThat(pair.client().receive(fetched, remote::fetch).bytes()).isEqualTo(SIZE);
    assertThat(fetched.toByteArray()).isEqualTo(content);
    assertThat(pair.client().transmit(Source.bytes(content), remote.store()).bytes())
        .isEqualTo(SIZE);
    assertThat(((Service) shelf).stored.toByteArray()).isEqualTo(content);
  }

  @Test
  void shouldGoOnWhenTheDataConnectionIsCut() throws Exception {
    Shelf remote = pair.client().lookup("shelf", Shelf.class);
    Path target = folder.resolve("target");
    try (ChaosProxy proxy = ChaosProxy.to(pair.client().dataAddress());
        Reception reception = pair.client().receptions().open(Sink.file(target))) {
      ProxiedConnection cut =
          proxy.next(Plan.of(Direction.TO_LISTENER, Fault.cut(SIZE / 2, CutBy.RST)));
      Confirmation confirmed = remote.fetch(Rig.at(proxy.endpoint(), reception.stub()));
      assertThat(reception.await(confirmed).bytes()).isEqualTo(SIZE);
      assertThat(cut.awaitEnd(Duration.ofSeconds(10))).isTrue();
    }
    assertThat(target).hasBinaryContent(content);
    Files.delete(target);
  }

  @Test
  void shouldLeaveNothingWhenPairsComeAndGo() throws Exception {
    oneMore(0);
    LeakCheck leaks = LeakCheck.baseline();
    for (int i = 1; i <= 3; i++) {
      oneMore(i);
    }
    leaks.await(Duration.ofSeconds(20));
  }

  private void oneMore(int number) throws Exception {
    Path pki = folder.resolve("pki-" + number);
    try (OutbandPair other = OutbandPair.start(pki)) {
      other.server().export("shelf", Shelf.class, shelf);
      assertThat(other.client().names()).containsExactly("shelf");
    }
  }
}
