package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.outband.api.Directory;
import dev.outband.api.ReceptionObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StubRefusalTest {

  /** What a client may send and a server may answer. */
  interface Service extends Remote {
    void take(ReceptionObject reception) throws RemoteException;

    Object give() throws RemoteException, Exception;
  }

  static final class Gadget implements Serializable {
    static final AtomicInteger READ = new AtomicInteger();
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) {
      READ.incrementAndGet();
    }
  }

  static final class GadgetException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final Gadget gadget = new Gadget();
  }

  /** Something to do in a call. */
  interface Work {
    void run() throws Exception;
  }

  /** Gives what it is told to. */
  private static final class Giver implements Service {
    final AtomicInteger taken = new AtomicInteger();
    volatile Object gift = "nothing";
    volatile Work work = () -> {};

    @Override
    public void take(ReceptionObject reception) {
      taken.incrementAndGet();
    }

    @Override
    public Object give() throws Exception {
      work.run();
      if (gift instanceof RuntimeException failure) {
        throw failure;
      }
      return gift;
    }
  }

  @TempDir Path folder;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Giver giver = new Giver();
  private TestServer server;
  private TestClient client;
  private Trap trap;

  @BeforeEach
  void start() throws Exception {
    TestDomain domain = new TestDomain(folder.resolve("pki"));
    server = new TestServer(domain.server("one"));
    server.export(Service.class, giver);
    client = new TestClient(domain.client("mallory"), server.port());
    trap = new Trap();
    Gadget.READ.set(0);
    log.start();
    ((Logger) LoggerFactory.getLogger(SerialFilters.class)).addAppender(log);
  }

  @AfterEach
  void stop() throws Exception {
    ((Logger) LoggerFactory.getLogger(SerialFilters.class)).detachAppender(log);
    trap.close();
    client.close();
    server.close();
  }

  @Test
  void shouldDialNothingAndEnterNothingWhenAnArgumentIsAStub() throws Exception {
    Service service = client.object(Service.class);
    ReceptionObject stub = trap.stub(ReceptionObject.class);
    assertThatThrownBy(() -> service.take(stub)).isInstanceOf(RemoteException.class);
    assertThat(trap.wasDialed()).isFalse();
    assertThat(giver.taken).hasValue(0);
    assertThat(log.list)
        .anySatisfy(
            event ->
                assertThat(event.getFormattedMessage())
                    .startsWith("argument refused: ")
                    .contains("caller=client:mallory at 127.0.0.1:"));
  }

  @Test
  void shouldDialNothingWhenACallerBindsInTheRegistry() throws Exception {
    Registry registry = client.registry();
    try (CallScope scope = CallScope.enter(SerialFilters.values(String.class))) {
      assertThatThrownBy(() -> registry.bind("x", trap.registryStub()))
          .isInstanceOf(RemoteException.class);
      assertThatThrownBy(() -> registry.rebind(Directory.NAME, trap.stub(Service.class)))
          .isInstanceOf(RemoteException.class);
      assertThat(registry.list()).containsExactly(Directory.NAME);
    }
    assertThat(trap.wasDialed()).isFalse();
  }

  @Test
  void shouldDialNothingWhenAReplyIsAStub() throws Exception {
    Service service = client.object(Service.class);
    giver.gift = trap.registryStub();
    assertThatThrownBy(service::give).isInstanceOf(RemoteException.class);
    giver.gift = trap.stub(Service.class);
    assertThatThrownBy(service::give).isInstanceOf(RemoteException.class);
    assertThat(trap.wasDialed()).isFalse();
  }

  @Test
  void shouldReadNoUnknownClassWhenAReplyOrAnExceptionHoldsOne() throws Exception {
    Service service = client.object(Service.class);
    giver.gift = new Gadget();
    assertThatThrownBy(service::give).isInstanceOf(RemoteException.class);
    giver.gift = new GadgetException();
    assertThatThrownBy(service::give).isInstanceOf(RemoteException.class);
    assertThat(Gadget.READ).hasValue(0);
  }

  @Test
  void shouldServeOnWhenCallsWereRefused() throws Exception {
    Service service = client.object(Service.class);
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> service.take(trap.stub(ReceptionObject.class)))
          .isInstanceOf(RemoteException.class);
      assertThat(service.give()).isEqualTo("nothing");
    }
  }

  /** What keeps the tests above honest: a JVM without Outband on the stream does dial. */
  @Test
  void shouldLeaveOtherRmiOfTheJvmAsItWasAndSpringTheTrapThere() throws Exception {
    // RMI holds it weakly, and a collection would leave the call without an object.
    Giver other = new Giver();
    Service stub = (Service) UnicastRemoteObject.exportObject(other, 0);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> call =
          thread.submit(
              () -> {
                stub.take(trap.stub(ReceptionObject.class));
                return null;
              });
      assertThat(trap.isDialed()).isTrue();
      call.get();
    } finally {
      UnicastRemoteObject.unexportObject(other, true);
      thread.shutdownNow();
    }
  }

  @Test
  void shouldLeaveAServicesOwnStreamsAsTheyWereWhenItReadsOrCallsOthersInACall() throws Exception {
    Giver legacy = new Giver();
    legacy.gift = new Gadget();
    Service plain = (Service) UnicastRemoteObject.exportObject(legacy, 0);
    giver.work =
        () -> {
          deserialized(serialized(new Gadget()));
          plain.give();
        };
    Service service = client.object(Service.class);
    // The first message of a connection is told by the stack, the next ones by their first byte.
    for (int i = 0; i < 3; i++) {
      assertThat(service.give()).isEqualTo("nothing");
    }
    assertThat(Gadget.READ).hasValue(6);
    UnicastRemoteObject.unexportObject(legacy, true);
  }

  private static byte[] serialized(Object value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }

  private static Object deserialized(byte[] bytes) throws Exception {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return in.readObject();
    }
  }
}
