package dev.outband.server.cluster;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.rmi.MarshalledObject;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.SignedObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.management.BadAttributeValueExpException;

/** The library types that Java's known gadget chains start from, each with a bomb in it. */
public final class ChainStarts {
  private static final int NESTED = 1_000;

  private ChainStarts() {}

  /** Remembers which threads read it. */
  public static final class Bomb implements Serializable, Comparable<Bomb>, InvocationHandler {
    /** The names of the threads. */
    public static final Set<String> READERS = ConcurrentHashMap.newKeySet();

    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      READERS.add(Thread.currentThread().getName());
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

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
      return null;
    }
  }

  private static final class Loaded extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Bomb load = new Bomb();

    @Override
    public String getMessage() {
      return "holds " + load;
    }
  }

  /** Each by its name. */
  public static Map<String, Object> all() throws IOException, GeneralSecurityException {
    Bomb bomb = new Bomb();
    Map<String, Object> starts = new LinkedHashMap<>();
    starts.put("bomb", bomb);
    starts.put("hash map", new HashMap<>(Map.of(bomb, bomb)));
    starts.put("hash set", new HashSet<>(List.of(bomb)));
    starts.put("hashtable", new Hashtable<>(Map.of(bomb, bomb)));
    starts.put("tree map", new TreeMap<>(Map.of(bomb, "x")));
    starts.put("priority queue", new PriorityQueue<>(List.of(bomb, bomb)));
    starts.put("array list", new ArrayList<>(List.of(bomb)));
    starts.put("immutable list", List.of(bomb, bomb, bomb));
    starts.put("arrays", new Object[] {new Object[] {bomb}});
    BadAttributeValueExpException failure = new BadAttributeValueExpException(null);
    failure.initCause(new Loaded());
    starts.put("bad attribute value", failure);
    starts.put("loaded exception", new Loaded());
    starts.put("exception with a cause", new IllegalStateException(new Loaded()));
    starts.put("marshalled object", new MarshalledObject<>(bomb));
    starts.put("signed object", signed(bomb));
    starts.put(
        "proxy",
        Proxy.newProxyInstance(
            ChainStarts.class.getClassLoader(), new Class<?>[] {Comparable.class}, bomb));
    Object nested = bomb;
    for (int i = 0; i < NESTED; i++) {
      nested = new Object[] {nested};
    }
    starts.put("nested arrays", nested);
    return starts;
  }

  /** Arrays in an array, and a bomb at their end. */
  public static Object millionReferences() {
    Object[] outer = new Object[1_000];
    for (int i = 0; i < outer.length; i++) {
      Object[] inner = new Object[1_000];
      Arrays.fill(inner, "one");
      outer[i] = inner;
    }
    outer[outer.length - 1] = new Bomb();
    return outer;
  }

  private static SignedObject signed(Serializable content)
      throws IOException, GeneralSecurityException {
    KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
    keys.initialize(256);
    return new SignedObject(
        content, keys.generateKeyPair().getPrivate(), Signature.getInstance("SHA256withECDSA"));
  }
}
