package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.ReceptionObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.server.RMIClientSocketFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.rmi.ssl.SslRMIClientSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stubs of the JDK's making with every kind of socket factory, in arguments and in replies: none,
 * one of the JDK's, Outband's own, and a proxy whose handler counts when it is read.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StubFactoryTest {
  private static final long TAKE = RawCall.hash("take(Ldev/outband/api/ReceptionObject;)V");

  /** The header, the identifier, the operation and the hash, with the length of their block. */
  private static final int BEFORE_ARGUMENTS = 8;

  private static final int CALL_BYTES = 34;

  /** Takes what a stub can pretend to be. */
  interface Service extends Remote {
    void take(ReceptionObject reception) throws RemoteException;
  }

  /** Counts when it is read, and when it is asked for a socket. */
  static final class Handler implements InvocationHandler, Serializable {
    static final AtomicInteger READ = new AtomicInteger();
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) {
      READ.incrementAndGet();
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
      return null;
    }
  }

  private final AtomicInteger taken = new AtomicInteger();
  private TestDomain domain;
  private Identity mallory;
  private TestServer server;
  private byte[] id;
  private Trap trap;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    domain = new TestDomain(folder.resolve("pki"));
    mallory = domain.client("mallory");
    server = new TestServer(domain.server("one"));
    Service service = reception -> taken.incrementAndGet();
    id = RawCall.id(server.export(Service.class, service));
    trap = new Trap();
    Handler.READ.set(0);
  }

  @AfterEach
  void stop() throws Exception {
    trap.close();
    server.close();
  }

  @Test
  void shouldDialNothingAndReadNoFactoryWhenAnArgumentIsAStubWithOne() throws Exception {
    for (Map.Entry<String, Object> sent : hostile().entrySet()) {
      String reply = RawLine.send(TlsEnd.clientOf(mallory), server.port(), call(sent.getValue()));
      assertThat(reply).as(sent.getKey()).contains("filter status: REJECTED");
    }
    assertThat(taken).hasValue(0);
    assertNothingHappened();
    RawLine.send(TlsEnd.clientOf(mallory), server.port(), call(null));
    assertThat(taken).as("a call with nothing in it").hasValue(1);
  }

  @Test
  void shouldDialNothingAndReadNoFactoryWhenAReplyIsAStubWithOne() throws Exception {
    TlsEnd odd = TlsEnd.serverOf(domain.server("odd"));
    for (Map.Entry<String, Object> sent : hostile().entrySet()) {
      byte[] reply = RawCall.reply(out -> out.writeObject(sent.getValue()));
      try (OddServer answering = new OddServer(odd, reply);
          TestClient client = new TestClient(mallory, answering.port())) {
        assertThatThrownBy(client::door)
            .as(sent.getKey())
            .isInstanceOf(RemoteException.class)
            .hasStackTraceContaining("filter status: REJECTED");
      }
    }
    assertNothingHappened();
  }

  /** What keeps the tests above honest: whoever has no filter does read each factory. */
  @Test
  void shouldBeReadWhereThereIsNoFilter() throws Exception {
    Map<String, Object> hostile = hostile();
    assertThatThrownBy(() -> plainlyRead(hostile.get("our factory, stub")))
        .hasStackTraceContaining(ControlSocketFactory.class.getName());
    assertThat(plainlyRead(hostile.get("foreign factory, alone")))
        .isInstanceOf(SslRMIClientSocketFactory.class);
    assertThat(plainlyRead(hostile.get("proxy factory, alone")))
        .isInstanceOf(RMIClientSocketFactory.class);
    assertThat(Handler.READ).hasValue(1);
  }

  private Map<String, Object> hostile() throws IOException {
    Map<String, RMIClientSocketFactory> factories = new LinkedHashMap<>();
    factories.put("no factory", null);
    factories.put("foreign factory", new SslRMIClientSocketFactory());
    factories.put("our factory", new RawCall.OurFactory());
    factories.put(
        "proxy factory",
        (RMIClientSocketFactory)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {RMIClientSocketFactory.class},
                new Handler()));
    Map<String, Object> hostile = new LinkedHashMap<>();
    for (Map.Entry<String, RMIClientSocketFactory> factory : factories.entrySet()) {
      String name = factory.getKey();
      hostile.put(name + ", stub", trap.registryStub(factory.getValue()));
      hostile.put(name + ", proxy stub", trap.stub(ReceptionObject.class, factory.getValue()));
      if (factory.getValue() != null) {
        hostile.put(name + ", alone", factory.getValue());
      }
    }
    return hostile;
  }

  private byte[] call(Object argument) throws IOException {
    return RawCall.of(id, -1, TAKE, out -> out.writeObject(argument));
  }

  private Object plainlyRead(Object argument) throws Exception {
    byte[] call = call(argument);
    int from = BEFORE_ARGUMENTS;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(call, from, call.length - from))) {
      assertThat(in.skipBytes(CALL_BYTES)).isEqualTo(CALL_BYTES);
      return in.readObject();
    }
  }

  private void assertNothingHappened() throws IOException {
    assertThat(trap.wasDialed()).as("dialed").isFalse();
    assertThat(trap.threads()).as("threads for the trap").isEmpty();
    assertThat(Handler.READ).as("factories that were read").hasValue(0);
  }
}
