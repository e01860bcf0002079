package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.rmi.MarshalledObject;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.SignedObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.BadAttributeValueExpException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The library types that Java's known gadget chains start from, each with an object in it that
 * counts when it is read: as an argument, as a result, in an exception, and at the directory.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GadgetTest {
  /** Declared as openly as can be, which is what an attacker would wish for. */
  interface Open extends Remote {
    Object echo(Object value) throws RemoteException;

    void fail() throws RemoteException;
  }

  /** Counts each time it is read, compared, hashed or printed while somebody is reading. */
  static final class Bomb implements Serializable, Comparable<Bomb> {
    private static final long serialVersionUID = 1L;
    static final AtomicInteger READ = new AtomicInteger();

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      READ.incrementAndGet();
      in.defaultReadObject();
    }

    @Override
    public int compareTo(Bomb other) {
      return 0;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bomb;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  /** A runtime exception that needs no declaration, with something in it. */
  static final class Loaded extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Serializable load;

    Loaded(Object load) {
      this.load = (Serializable) load;
    }
  }

  /** A handler that an attacker would put behind a proxy. */
  static final class Handler implements InvocationHandler, Serializable {
    private static final long serialVersionUID = 1L;
    private final Bomb bomb = new Bomb();

    @Override
    public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) {
      return bomb.hashCode();
    }
  }

  /** How each chain starts. */
  enum Start {
    PLAIN {
      @Override
      Object make() {
        return new Bomb();
      }
    },
    HASH_MAP {
      @Override
      Object make() {
        return new HashMap<>(Map.of(new Bomb(), new Bomb()));
      }
    },
    HASH_SET {
      @Override
      Object make() {
        return new HashSet<>(List.of(new Bomb()));
      }
    },
    HASHTABLE {
      @Override
      Object make() {
        return new Hashtable<>(Map.of(new Bomb(), new Bomb()));
      }
    },
    TREE_MAP {
      @Override
      Object make() {
        return new TreeMap<>(Map.of(new Bomb(), "x"));
      }
    },
    PRIORITY_QUEUE {
      @Override
      Object make() {
        return new PriorityQueue<>(List.of(new Bomb(), new Bomb()));
      }
    },
    ARRAY_LIST {
      @Override
      Object make() {
        return new ArrayList<>(List.of(new Bomb()));
      }
    },
    ARRAY {
      @Override
      Object make() {
        return new Object[] {new Object[] {new Bomb()}};
      }
    },
    BAD_ATTRIBUTE_VALUE {
      @Override
      Object make() throws Exception {
        BadAttributeValueExpException made = new BadAttributeValueExpException(null);
        made.initCause(new Loaded(new Bomb()));
        return made;
      }
    },
    MARSHALLED_OBJECT {
      @Override
      Object make() throws Exception {
        return new MarshalledObject<>(new Bomb());
      }
    },
    SIGNED_OBJECT {
      @Override
      Object make() throws Exception {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
        keys.initialize(256);
        return new SignedObject(
            new Bomb(),
            keys.generateKeyPair().getPrivate(),
            Signature.getInstance("SHA256withECDSA"));
      }
    },
    PROXY {
      @Override
      Object make() {
        return Proxy.newProxyInstance(
            Start.class.getClassLoader(), new Class<?>[] {Comparable.class}, new Handler());
      }
    },
    NESTED_1000 {
      @Override
      Object make() {
        Object inner = new Bomb();
        for (int i = 0; i < 1_000; i++) {
          inner = new Object[] {inner};
        }
        return inner;
      }
    },
    LOADED_EXCEPTION {
      @Override
      Object make() {
        return new Loaded(new Bomb());
      }
    };

    abstract Object make() throws Exception;
  }

  /** Returns and throws what it is told to. */
  private static final class Opened implements Open {
    final AtomicInteger entered = new AtomicInteger();
    volatile Object result = "nothing";

    @Override
    public Object echo(Object value) {
      entered.incrementAndGet();
      return result;
    }

    @Override
    public void fail() {
      throw new Loaded(result);
    }
  }

  private static Opened opened;
  private static TestServer server;
  private static TestClient client;
  private static Open stub;

  @BeforeAll
  static void start(@TempDir Path temp) throws Exception {
    opened = new Opened();
    TestDomain domain = new TestDomain(temp.resolve("pki"));
    server = new TestServer(domain.server("one"));
    server.export(Open.class, opened);
    client = new TestClient(domain.client("mallory"), server.port());
    stub = client.object(Open.class);
  }

  @BeforeEach
  void forget() {
    opened.entered.set(0);
    opened.result = "nothing";
    Bomb.READ.set(0);
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadNothingOfItWhereverItComesFrom(Start start) throws Exception {
    Object made = start.make();
    Bomb.READ.set(0);
    assertThatThrownBy(() -> stub.echo(made)).isInstanceOf(RemoteException.class);
    assertThat(opened.entered).hasValue(0);
    opened.result = made;
    assertThatThrownBy(() -> stub.echo("x")).isInstanceOf(RemoteException.class);
    assertThatThrownBy(stub::fail).isInstanceOf(RemoteException.class);
    try (CallScope scope = CallScope.enter(SerialFilters.nothing())) {
      assertThatThrownBy(() -> client.registry().bind("x", carrier(made)))
          .isInstanceOf(RemoteException.class);
    }
    assertThat(Bomb.READ).as("calls of readObject").hasValue(0);
    opened.result = "still here";
    assertThat(stub.echo("x")).isEqualTo("still here");
  }

  @Test
  void shouldRefuseAMillionReferencesWithoutReadingThem() throws Exception {
    String one = "one";
    Object[] outer = new Object[1_000];
    for (int i = 0; i < outer.length; i++) {
      Object[] inner = new Object[1_000];
      java.util.Arrays.fill(inner, one);
      inner[0] = new int[] {i};
      outer[i] = inner;
    }
    assertThatThrownBy(() -> stub.echo(outer)).isInstanceOf(RemoteException.class);
    assertThat(opened.entered).hasValue(0);
    assertThat(stub.echo("x")).isEqualTo("nothing");
  }

  /** A remote object that is none: its one field is what the registry would have to read. */
  private static Remote carrier(Object load) {
    Carrier carrier = new Carrier();
    carrier.load = (Serializable) load;
    return carrier;
  }

  /** Serializable and remote, and so by value. */
  static final class Carrier implements Remote, Serializable {
    private static final long serialVersionUID = 1L;
    private Serializable load;
  }
}
