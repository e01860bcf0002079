package dev.outband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Mode;
import dev.outband.api.Payload;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
import dev.outband.client.RetryPolicy;
import dev.outband.security.BytesAhead;
import dev.outband.security.Identity;
import dev.outband.security.SecurityPolicy;
import dev.outband.security.pki.CertificateAuthority;
import dev.outband.transport.BytesSink;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Objects that come with the reply to a call, ahead of it, and servers that get that wrong. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AheadOfTheReplyTest {
  private static final int SIZE = 100_000;

  /** What a server does with a reception. */
  @FunctionalInterface
  interface Doing {
    Confirmation with(ReceptionStub stub) throws TransferException, IOException;
  }

  /** Answers with what the test wants. */
  interface Objects extends Remote {
    Confirmation fetch(ReceptionObject reception) throws RemoteException, TransferException;
  }

  /** Does what it is told. */
  private static final class Told implements Objects {
    private volatile Doing doing;

    @Override
    public Confirmation fetch(ReceptionObject reception) throws TransferException {
      try {
        return doing.with((ReceptionStub) reception);
      } catch (IOException e) {
        throw new TransferException(Code.INTERNAL, "as told", e);
      }
    }
  }

  @TempDir Path folder;
  private final byte[] content = new byte[SIZE];
  private final Told service = new Told();
  private OutbandServer server;
  private OutbandClient client;
  private Objects objects;

  @BeforeEach
  void start() throws Exception {
    new Random(1).nextBytes(content);
    CertificateAuthority authority = CertificateAuthority.create(folder.resolve("pki"));
    server =
        OutbandServer.builder()
            .identity(Identity.load(authority.issueServer("one", List.of("127.0.0.1"))))
            .policy(SecurityPolicy.anyoneInTheTrustDomain())
            .control("127.0.0.1", 0)
            .data("127.0.0.1", 0)
            .start();
    server.export("objects", Objects.class, service);
    client =
        OutbandClient.builder()
            .identity(Identity.load(authority.issueClient("reporting")))
            .servers("127.0.0.1:" + server.controlAddress().getPort())
            .data("127.0.0.1", 0)
            .retryPolicy(RetryPolicy.once())
            .connect();
    objects = client.lookup("objects", Objects.class);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private Confirmation sent(ReceptionStub stub) throws TransferException {
    return server.transmitter().transmit(Source.bytes(content), stub);
  }

  /** Whatever happened before, the next one arrives. */
  private void arrives(Mode mode) throws Exception {
    BytesSink sink = Sink.bytes(SIZE);
    Receipt receipt = client.receive(sink, objects::fetch);
    assertThat(receipt.mode()).isEqualTo(mode);
    assertThat(sink.toByteArray()).isEqualTo(content);
  }

  private Code fails() {
    return catchThrowableOfType(
            TransferException.class, () -> client.receive(Sink.bytes(SIZE), objects::fetch))
        .code();
  }

  @Test
  void shouldArriveFromManyThreadsAtOnceEachAtItsOwn() throws Exception {
    service.doing =
        stub -> {
          long tag = stub.ticket().byteLimit();
          byte[] own = new byte[(int) tag];
          new Random(tag).nextBytes(own);
          return server.transmitter().transmit(Source.bytes(own), stub);
        };
    ExecutorService threads =
        Executors.newFixedThreadPool(8, task -> new Thread(task, "ahead-caller"));
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        int size = Payload.MAX_BYTES - 50 + 997 * i;
        all.add(
            threads.submit(
                () -> {
                  BytesSink sink = Sink.bytes(size);
                  byte[] own = new byte[size];
                  new Random(size).nextBytes(own);
                  assertThat(client.receive(sink, objects::fetch).bytes()).isEqualTo(size);
                  assertThat(sink.toByteArray()).isEqualTo(own);
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldPublishAFile() throws Exception {
    Path file = Files.write(folder.resolve("object"), content);
    service.doing = stub -> server.transmitter().transmit(Source.file(file), stub);
    Path to = folder.resolve("copy");
    Receipt receipt = client.receive(Sink.file(to), objects::fetch);
    assertThat(receipt.mode()).isEqualTo(Mode.INBAND);
    assertThat(to).hasBinaryContent(content);
  }

  @Test
  void shouldTellWhyWhenTheSourceCannotBeRead() throws Exception {
    Path file = Files.write(folder.resolve("object"), content);
    service.doing =
        stub -> {
          FileChannel unreadable = FileChannel.open(file, StandardOpenOption.WRITE);
          return server.transmitter().transmit(Source.file(unreadable), stub);
        };
    assertThat(fails()).isEqualTo(Code.INTERNAL);
    service.doing = this::sent;
    arrives(Mode.INBAND);
  }

  @Test
  void shouldSendAheadOfNoReplyWhatIsForAnotherReception() throws Exception {
    Confirmation[] others = new Confirmation[1];
    BytesSink sink = Sink.bytes(SIZE);
    try (Reception other = client.receptions().open(sink)) {
      service.doing =
          stub -> {
            others[0] = sent(other.stub().withInband(ReceptionStub.MAX_INBAND_BYTES));
            return sent(stub);
          };
      arrives(Mode.INBAND);
      assertThat(other.await(others[0]).mode()).isEqualTo(Mode.ACTIVE);
      assertThat(sink.toByteArray()).isEqualTo(content);
    }
  }

  @Test
  void shouldTellWhatTheMethodThrowsBehindBytesThatItSent() throws Exception {
    service.doing =
        stub -> {
          Confirmation unused = sent(stub);
          throw new TransferException(Code.FORBIDDEN, "after all");
        };
    assertThat(fails()).isEqualTo(Code.FORBIDDEN);
    service.doing = this::sent;
    arrives(Mode.INBAND);
  }

  @Test
  void shouldFailTypedWhenTheBytesAreNotThoseOfTheConfirmation() throws Exception {
    service.doing =
        stub -> {
          Confirmation good = sent(stub);
          BytesAhead.send(good.transferId(), SIZE, into -> into.position(into.limit()));
          return good;
        };
    assertThat(fails()).isEqualTo(Code.NOT_PROVEN);
    service.doing =
        stub -> {
          Confirmation good = sent(stub);
          BytesAhead.send(
              good.transferId(), SIZE - 1, into -> into.put(new byte[into.remaining()]));
          return good;
        };
    assertThat(fails()).isEqualTo(Code.PROTOCOL);
    service.doing = this::sent;
    arrives(Mode.INBAND);
  }

  @Test
  void shouldFailTypedWhenTheBytesDoNotCome() throws Exception {
    Confirmation[] kept = new Confirmation[1];
    try (Reception reception = client.receptions().open(Sink.bytes(SIZE))) {
      service.doing =
          stub -> {
            kept[0] = sent(stub);
            throw new TransferException(Code.FORBIDDEN, "not yet");
          };
      assertThat(
              catchThrowableOfType(TransferException.class, () -> objects.fetch(reception.stub()))
                  .code())
          .isEqualTo(Code.FORBIDDEN);
      service.doing = stub -> kept[0];
      Confirmation late = objects.fetch(reception.stub());
      assertThat(catchThrowableOfType(TransferException.class, () -> reception.await(late)).code())
          .isEqualTo(Code.PROTOCOL);
    }
    service.doing = this::sent;
    arrives(Mode.INBAND);
  }

  @Test
  void shouldGiveUpAConnectionThatBringsWhatWasNotAskedFor() throws Exception {
    service.doing =
        stub -> {
          BytesAhead.send(UUID.randomUUID(), 10, into -> into.put(new byte[into.remaining()]));
          return sent(stub);
        };
    assertThat(fails()).isIn(Code.CONNECTION_LOST, Code.PROTOCOL);
    service.doing =
        stub -> {
          BytesAhead.send(
              stub.ticket().id(),
              ReceptionStub.MAX_INBAND_BYTES + 1,
              into -> into.put(new byte[into.remaining()]));
          return sent(stub);
        };
    assertThat(fails()).isIn(Code.CONNECTION_LOST, Code.PROTOCOL);
    service.doing = this::sent;
    arrives(Mode.INBAND);
  }
}
