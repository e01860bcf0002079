package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.read.ListAppender;
import ch.qos.logback.core.spi.FilterReply;
import dev.outband.api.ObjectReference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** What a deserialization filter is asked about too late, or not at all. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileCallTest {
  private static final long COUNT = RawCall.hash("count(Ljava/util/List;)I");

  /** Takes what honest clients send, too. */
  interface Service extends Remote {
    int count(List<String> texts) throws RemoteException;
  }

  /** Remembers what it ran with. */
  private static final class Bare implements Service {
    volatile ClassLoader context;

    @Override
    public int count(List<String> texts) {
      context = Thread.currentThread().getContextClassLoader();
      return texts.size();
    }
  }

  /** RMI's garbage collector calls for the honest client whenever it likes, and is refused. */
  private static final class OfMalloryAlone extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(ILoggingEvent event) {
      return event.getFormattedMessage().contains("client:honest")
          ? FilterReply.DENY
          : FilterReply.NEUTRAL;
    }
  }

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final ListAppender<ILoggingEvent> audit = new ListAppender<>();
  private final Bare service = new Bare();
  private Identity mallory;
  private TestServer server;
  private TestClient client;
  private byte[] id;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    TestDomain domain = new TestDomain(folder.resolve("pki"));
    mallory = domain.client("mallory");
    server = new TestServer(domain.server("one"));
    ObjectReference reference = server.export(Service.class, service);
    id = RawCall.id(reference);
    client = new TestClient(domain.client("honest"), server.port());
    log.addFilter(new OfMalloryAlone());
    log.start();
    ((Logger) LoggerFactory.getLogger(SerialFilters.class)).addAppender(log);
    audit.start();
    ((Logger) LoggerFactory.getLogger(AuditLine.LOGGER)).addAppender(audit);
  }

  @BeforeEach
  void forget() {
    log.list.clear();
    audit.list.clear();
    GadgetTest.Bomb.READ.set(0);
  }

  @AfterAll
  void stop() throws Exception {
    ((Logger) LoggerFactory.getLogger(SerialFilters.class)).detachAppender(log);
    ((Logger) LoggerFactory.getLogger(AuditLine.LOGGER)).detachAppender(audit);
    client.close();
    server.close();
  }

  static Stream<Arguments> ofRmisOwn() {
    return Stream.of(
        Arguments.of("clean", 2, 0, RawCall.COLLECTOR_HASH),
        Arguments.of("dirty", 2, 1, RawCall.COLLECTOR_HASH),
        Arguments.of("activate", 1, -1, 7),
        Arguments.of("bind", 0, RawCall.BIND, RawCall.REGISTRY_HASH),
        Arguments.of("rebind", 0, 3, RawCall.REGISTRY_HASH),
        Arguments.of("unbind", 0, 4, RawCall.REGISTRY_HASH),
        Arguments.of("look up, wrong hash", 0, RawCall.LOOKUP, 1),
        Arguments.of("look up, by another protocol", 0, -1, -7538657168040752697L),
        Arguments.of("any other", 9, 0, 0));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ofRmisOwn")
  void shouldReadNoArgumentWhenACallIsOfRmisOwnObjects(
      String what, int object, int operation, long hash) throws Exception {
    String reply =
        send(
            RawCall.of(
                RawCall.reserved(object),
                operation,
                hash,
                out -> out.writeObject(new GadgetTest.Bomb())));
    assertThat(reply)
        .contains("of RMI's own objects, the registry's look-up and list can be called");
    assertThat(log.list)
        .singleElement()
        .asString()
        .contains(object == 2 ? "[DEBUG] lease refused" : "[WARN] call refused", "client:mallory");
    assertThat(denials())
        .hasSize(object == 2 ? 0 : 1)
        .allMatch(line -> line.contains("action=call"));
    assertServesOn();
  }

  @Test
  void shouldAnswerWhenTheRegistryIsAskedForNamesOrAnEntry() throws Exception {
    byte[] registry = RawCall.reserved(0);
    assertThat(send(RawCall.of(registry, RawCall.LIST, RawCall.REGISTRY_HASH, out -> {})))
        .endsWith("outband");
    String entry =
        send(
            RawCall.of(
                registry,
                RawCall.LOOKUP,
                RawCall.REGISTRY_HASH,
                out -> out.writeObject("outband")));
    assertThat(entry).contains(ObjectReference.class.getName());
  }

  @Test
  void shouldRefuseWhenACallBeginsAsNoneOfRmis() throws Exception {
    String reply =
        send(
            RawCall.of(
                out -> {
                  out.write(RawCall.reserved(2), 0, 5);
                  out.flush();
                  out.write(RawCall.reserved(2), 5, 17);
                  out.writeInt(1);
                  out.writeLong(RawCall.COLLECTOR_HASH);
                }));
    assertThat(reply).contains("it begins as none of RMI's");
    assertServesOn();
  }

  @Test
  void shouldAnswerWhenAnArgumentHasManyParts() throws Exception {
    List<String> texts = new ArrayList<>(Collections.nCopies(50_000, null));
    texts.replaceAll(none -> String.valueOf(System.nanoTime()));
    assertThat(client.object(Service.class).count(texts)).isEqualTo(50_000);
  }

  @Test
  void shouldEndTheCallAndNotTheStackWhenClassesAreDescribedInOneAnother() throws Exception {
    String reply = send(call(RawGraph.describedInOneAnother(20_000)));
    assertThat(reply).contains("classes are described in one another").doesNotContain("Error");
    assertThat(log.list).singleElement().asString().contains("argument refused: classes are");
    assertThat(denials())
        .singleElement()
        .asString()
        .contains("action=argument principal=client:mallory address=127.0.0.1:")
        .endsWith("reason=\"classes are described in one another\"");
    assertServesOn();
  }

  /** Behind messages that end well, and so begin the count of what is looked at anew. */
  @Test
  void shouldEndAnyOfAConnectionsCallsWhenClassesAreDescribedInOneAnother() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(RawCall.MANY_FOLLOW);
    bytes.writeBytes(RawCall.PING);
    byte[] honest =
        RawCall.of(id, -1, COUNT, out -> out.writeObject(new ArrayList<>(List.of("a", "b"))));
    for (byte[] call : List.of(honest, honest, call(RawGraph.describedInOneAnother(20_000)))) {
      bytes.writeBytes(RawCall.following(call));
    }
    String reply = send(bytes.toByteArray());
    assertThat(reply.split("\u00ac\u00ed", -1)).as("replies: %s", reply).hasSize(4);
    assertThat(reply).contains("classes are described in one another").doesNotContain("Error");
    assertThat(log.list).singleElement().asString().contains("argument refused: classes are");
    assertServesOn();
  }

  /** Each time a call comes where the rest of the argument was to come. */
  @Test
  void shouldTakeNothingBehindARefusedArgumentForACall() throws Exception {
    byte[] honest =
        RawCall.of(id, -1, COUNT, out -> out.writeObject(new ArrayList<>(List.of("a", "b"))));
    int tooLong = AllowList.MAX_PRIMITIVE_ARRAY_BYTES + 1;
    byte[] array = RawCall.of(id, -1, COUNT, out -> out.writeObject(new byte[tooLong]));
    byte[] unlisted = call(RawGraph.objectOf("no.such.Class"));
    int behindItsName = 2;
    for (byte[] refused :
        List.of(
            Arrays.copyOf(array, array.length - tooLong),
            Arrays.copyOf(unlisted, unlisted.length - behindItsName))) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.writeBytes(RawCall.MANY_FOLLOW);
      for (byte[] call : List.of(honest, refused, honest, honest)) {
        bytes.writeBytes(RawCall.following(call));
      }
      String reply = send(bytes.toByteArray());
      assertThat(reply.split("\u00ac\u00ed", -1)).as("replies: %s", reply).hasSize(3);
      assertThat(reply).contains("filter status: REJECTED");
    }
    assertServesOn();
  }

  @Test
  void shouldDefineNoClassWhenACallerNamesInterfacesOfProxies() throws Exception {
    List<String> interfaces = new ArrayList<>(List.of("java.util.List", "java.lang.Runnable"));
    interfaces.addAll(List.of("java.lang.Comparable", "java.util.Comparator", "java.rmi.Remote"));
    Random random = new Random(1);
    send(call(RawGraph.proxyOf(interfaces)));
    long before = ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount();
    for (int i = 0; i < 100; i++) {
      Collections.shuffle(interfaces, random);
      assertThat(send(call(RawGraph.proxyOf(interfaces)))).contains("filter status: REJECTED");
    }
    assertThat(send(call(RawGraph.proxyOf(List.of())))).contains("filter status: REJECTED");
    assertThat(ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount() - before)
        .isLessThan(50);
  }

  @Test
  void shouldAskNoClassLoaderWhenAClassIsNotListed() throws Exception {
    for (String name : List.of("no.such.Class", "nosuchclass", GadgetTest.Bomb.class.getName())) {
      assertThat(send(call(RawGraph.objectOf(name)))).contains("filter status: REJECTED");
    }
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .allMatch(line -> line.contains(" is not admitted, caller=client:mallory at 127.0.0.1:"))
        .hasSize(3);
    assertThat(denials())
        .hasSize(3)
        .allMatch(line -> line.contains("action=argument principal=client:mallory"))
        .last()
        .asString()
        .contains("Bomb", " is not admitted");
  }

  @Test
  void shouldKnowTheListedClassesAndNoOthers() throws Exception {
    ListedClasses listed =
        ListedClasses.of(
            new AllowList(Set.of(Duration.class, Runnable.class, Proxy.class)),
            getClass().getClassLoader());
    assertThat(Class.forName("java.time.Duration", false, listed)).isSameAs(Duration.class);
    assertThat(Class.forName("[[Ljava.time.Duration;", false, listed)).isSameAs(Duration[][].class);
    assertThat(Class.forName("[[J", false, listed)).isSameAs(long[][].class);
    for (String other : List.of("java.lang.Object", "java.lang.reflect.Proxy", "no.such.Class")) {
      assertThatThrownBy(() -> Class.forName(other, false, listed))
          .isInstanceOf(InvalidClassException.class);
    }
  }

  @Test
  void shouldRunWithTheContextClassLoaderOfTheExportingThread() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    ClassLoader child = new ClassLoader(getClass().getClassLoader()) {};
    thread.setContextClassLoader(child);
    try {
      server.export(Service.class, service);
      assertThat(thread.getContextClassLoader()).isSameAs(child);
    } finally {
      thread.setContextClassLoader(before);
    }
    client.object(Service.class).count(List.of());
    assertThat(service.context).isSameAs(child);
  }

  private List<String> denials() {
    return audit.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.startsWith("decision=deny"))
        .toList();
  }

  private void assertServesOn() throws Exception {
    assertThat(client.object(Service.class).count(List.of("a", "b"))).isEqualTo(2);
    assertThat(GadgetTest.Bomb.READ).hasValue(0);
  }

  private String send(byte[] call) throws IOException {
    return RawLine.send(TlsEnd.clientOf(mallory), server.port(), call);
  }

  /** A call with an argument that no encoder writes. */
  private byte[] call(byte[] argument) throws IOException {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(RawCall.of(id, -1, COUNT, out -> {}));
    both.writeBytes(argument);
    return both.toByteArray();
  }
}
