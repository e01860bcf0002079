package dev.outband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outband.api.Code;
import dev.outband.api.Directory;
import dev.outband.api.Members;
import dev.outband.api.ObjectReference;
import dev.outband.api.ReceptionObject;
import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
import dev.outband.security.CallScope;
import dev.outband.security.ControlLimits;
import dev.outband.security.ControlSocketFactory;
import dev.outband.security.ObjectReferences;
import dev.outband.security.SerialFilters;
import dev.outband.server.cluster.ChainStarts;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.RemoteObject;
import java.rmi.server.RemoteObjectInvocationHandler;
import java.rmi.server.RemoteRef;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client with a good certificate and bad intentions can do. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostileClientTest {
  private static final long LOOKUP =
      hash("lookup(Ljava/lang/String;)Ldev/outband/api/ObjectReference;");
  private static final long AWAIT_MEMBERS =
      hash("awaitMembers(JLjava/time/Duration;)Ldev/outband/api/Members;");

  @TempDir Path folder;
  private TestProcesses processes;
  private OutbandClient client;
  private ControlSocketFactory factory;
  private ServerSocket victim;

  @BeforeEach
  void start() throws Exception {
    processes = new TestProcesses(folder.resolve("pki"));
    client = processes.connect("mallory");
    int port = processes.server.controlAddress().getPort();
    factory =
        new ControlSocketFactory(
            processes.client("oscar"), "127.0.0.1", port, ControlLimits.defaults());
    victim = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    victim.setSoTimeout(500);
  }

  @AfterEach
  void stop() throws Exception {
    victim.close();
    factory.close();
    client.close();
    processes.close();
  }

  @Test
  void shouldDialNothingWhenAnArgumentIsAStubOfTheJdksMaking() throws Exception {
    Archive archive = client.lookup("archive", Archive.class);
    ReceptionObject stub = stub(ReceptionObject.class);
    TransferException refused =
        catchThrowableOfType(TransferException.class, () -> archive.fetch("x", stub));
    assertThat(refused.code()).isEqualTo(Code.FORBIDDEN);
    assertThat(refused)
        .hasMessageEndingWith("server refused an argument, whose class its log names");
    assertVictimUntouched();
    assertThat(archive.whoCalls()).isEqualTo("client:mallory");
  }

  @Test
  void shouldDialNothingAndBindNothingWhenACallerUsesTheRegistry() throws Exception {
    Registry registry = registry();
    try (CallScope scope = CallScope.enter(SerialFilters.values(String.class))) {
      assertThatThrownBy(() -> registry.rebind(Directory.NAME, stub(Archive.class)))
          .isInstanceOf(RemoteException.class);
      assertThatThrownBy(() -> registry.bind("mine", victimRegistry()))
          .isInstanceOf(RemoteException.class);
      assertThat(registry.list()).containsExactly(Directory.NAME);
    }
    assertVictimUntouched();
    processes.connect("late").close();
  }

  @Test
  void shouldKeepTheDirectoryWhenACallerOfThisHostUnbindsIt() throws Exception {
    Registry registry = registry();
    try (CallScope scope = CallScope.enter(SerialFilters.values(String.class))) {
      assertThatThrownBy(() -> registry.unbind(Directory.NAME))
          .isInstanceOf(RemoteException.class)
          .hasMessageContaining("of RMI's own objects, the registry's look-up and list");
    }
    processes.connect("late").close();
  }

  @Test
  void shouldAnswerAtOnceWhenACallerWaitsForMembersAndDoesNotSayHowLong() throws Exception {
    ObjectReference door;
    try (CallScope scope = CallScope.enter(SerialFilters.values(ObjectReference.class))) {
      door = (ObjectReference) registry().lookup(Directory.NAME);
    }
    Method wait = Directory.class.getMethod("awaitMembers", long.class, Duration.class);
    try (CallScope scope = CallScope.enter(SerialFilters.replies(wait, List.of()))) {
      Directory directory = ObjectReferences.bind(door, Directory.class, factory);
      assertThat(directory.awaitMembers(Members.NO_VERSION, null)).isEqualTo(Members.none());
    }
  }

  /** The directory's methods as an attacker would wish them to be declared. */
  interface OpenDirectory extends Remote {
    Object lookup(Object name) throws RemoteException;

    Object awaitMembers(long version, Object limit) throws RemoteException;
  }

  @Test
  void shouldReadNothingOfItWhenTheDirectoryIsSentWhatGadgetChainsStartFrom() throws Exception {
    Method lookup = OpenDirectory.class.getMethod("lookup", Object.class);
    Method wait = OpenDirectory.class.getMethod("awaitMembers", long.class, Object.class);
    ObjectReference door;
    try (CallScope scope = CallScope.enter(SerialFilters.values(ObjectReference.class))) {
      door = (ObjectReference) registry().lookup(Directory.NAME);
    }
    try (CallScope scope = CallScope.enter(SerialFilters.values(String.class))) {
      Directory directory = ObjectReferences.bind(door, Directory.class, factory);
      RemoteRef ref =
          ((RemoteObjectInvocationHandler) Proxy.getInvocationHandler(directory)).getRef();
      for (Map.Entry<String, Object> start : ChainStarts.all().entrySet()) {
        Object[] asName = {start.getValue()};
        Object[] asLimit = {Members.NO_VERSION, start.getValue()};
        ChainStarts.Bomb.READERS.clear();
        assertThatThrownBy(() -> ref.invoke(directory, wait, asLimit, AWAIT_MEMBERS))
            .as(start.getKey())
            .isInstanceOf(RemoteException.class)
            .hasStackTraceContaining("filter status: REJECTED");
        assertThatThrownBy(() -> ref.invoke(directory, lookup, asName, LOOKUP))
            .as(start.getKey())
            .isInstanceOf(ClassCastException.class)
            .hasMessageEndingWith(" to java.lang.String");
        // What RMI has not read of the name is still in that connection, and ends it now: in the
        // middle of this call, or before it, if RMI asks whether the server is alive.
        assertThat(catchThrowable(directory::names))
            .as(start.getKey())
            .satisfiesAnyOf(
                none -> assertThat(none).isNull(),
                ended -> assertThat(ended).isInstanceOf(RemoteException.class));
        assertThat(directory.names()).as("over another connection").isNotNull();
        assertThat(ChainStarts.Bomb.READERS).as(start.getKey()).isEmpty();
      }
      Object[] many = {Members.NO_VERSION, ChainStarts.millionReferences()};
      assertThatThrownBy(() -> ref.invoke(directory, wait, many, AWAIT_MEMBERS))
          .isInstanceOf(RemoteException.class);
      assertThat(ChainStarts.Bomb.READERS).as("behind a million references").isEmpty();
      assertThatThrownBy(() -> ref.invoke(directory, lookup, new Object[] {"none"}, LOOKUP))
          .as("the hash is right")
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.NOT_FOUND));
    }
    processes.connect("late").close();
  }

  /** What RMI knows a method by. */
  private static long hash(String nameAndDescriptor) {
    try {
      byte[] text = nameAndDescriptor.getBytes(StandardCharsets.US_ASCII);
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(ByteBuffer.allocate(Short.BYTES).putShort((short) text.length).array());
      return ByteBuffer.wrap(digest.digest(text)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  private Registry registry() throws RemoteException {
    return LocateRegistry.getRegistry(factory.host(), factory.port(), factory);
  }

  private Remote victimRegistry() throws RemoteException {
    return LocateRegistry.getRegistry("127.0.0.1", victim.getLocalPort());
  }

  private <T extends Remote> T stub(Class<T> type) throws RemoteException {
    RemoteObject registry = (RemoteObject) victimRegistry();
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            new RemoteObjectInvocationHandler(registry.getRef())));
  }

  private void assertVictimUntouched() {
    assertThatThrownBy(this::acceptAtVictim).isInstanceOf(SocketTimeoutException.class);
  }

  private void acceptAtVictim() throws IOException {
    victim.accept().close();
  }
}
