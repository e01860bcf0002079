package dev.outband.fuzz.jrmp;

import dev.outband.api.ObjectReference;
import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.rmi.MarshalledObject;
import java.rmi.Remote;
import java.rmi.dgc.Lease;
import java.rmi.dgc.VMID;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.ObjID;
import java.rmi.server.RMIClientSocketFactory;
import java.rmi.server.RemoteObject;
import java.rmi.server.RemoteObjectInvocationHandler;
import java.rmi.server.UID;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.SignedObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.management.BadAttributeValueExpException;
import javax.rmi.ssl.SslRMIClientSocketFactory;

/** Objects that a hostile client puts into arguments, and some that an honest one does. */
final class Gadgets {
  private static final int NESTED = 500;

  private Gadgets() {}

  /**
   * Each by its name.
   *
   * @param trapPort what stubs name
   */
  static Map<String, Object> all(int trapPort) throws IOException, GeneralSecurityException {
    Map<String, Object> objects = new LinkedHashMap<>();
    starts(objects);
    stubs(objects, trapPort);
    objects.put("string", "text");
    objects.put("long string", "z".repeat(70_000));
    objects.put("duration", Duration.ofSeconds(1, 1));
    objects.put("durations", List.of(Duration.ZERO, Duration.ofDays(1)));
    objects.put("list", new ArrayList<>(Arrays.asList("a", "b", null)));
    objects.put("reference", new ObjectReference("ab".repeat(22)));
    objects.put("numbers", new long[] {1, 2, 3});
    objects.put("names", new String[] {"a", null, "b"});
    objects.put("number", 7);
    objects.put("constant", TimeUnit.SECONDS);
    objects.put("identifier", new UUID(1, 2));
    objects.put("class", Bomb.class);
    return objects;
  }

  /** What Java's known chains start from. */
  private static void starts(Map<String, Object> objects)
      throws IOException, GeneralSecurityException {
    Bomb bomb = new Bomb();
    objects.put("bomb", bomb);
    objects.put("hash map", new HashMap<>(Map.of(bomb, bomb)));
    objects.put("hash set", new HashSet<>(List.of(bomb)));
    objects.put("hashtable", new Hashtable<>(Map.of(bomb, bomb)));
    objects.put("tree map", new TreeMap<>(Map.of(bomb, "x")));
    objects.put("priority queue", new PriorityQueue<>(List.of(bomb, bomb)));
    objects.put("array list", new ArrayList<>(List.of(bomb)));
    objects.put("immutable list", List.of(bomb, bomb, bomb));
    objects.put("arrays", new Object[] {new Object[] {bomb}});
    BadAttributeValueExpException failure = new BadAttributeValueExpException(null);
    failure.initCause(new Bomb.Loaded());
    objects.put("bad attribute value", failure);
    objects.put("loaded exception", new Bomb.Loaded());
    objects.put("marshalled object", new MarshalledObject<>(bomb));
    objects.put("signed object", signed(bomb));
    objects.put("proxy", proxy(Comparable.class, bomb));
    Object nested = bomb;
    for (int i = 0; i < NESTED; i++) {
      nested = new Object[] {nested};
    }
    objects.put("nested", nested);
  }

  /** What makes a JVM dial. */
  private static void stubs(Map<String, Object> objects, int trapPort) throws IOException {
    Registry registry = LocateRegistry.getRegistry("127.0.0.1", trapPort);
    objects.put("registry stub", registry);
    RemoteObjectInvocationHandler handler =
        new RemoteObjectInvocationHandler(((RemoteObject) registry).getRef());
    objects.put("stub", proxy(Shelf.class, handler));
    objects.put("bare stub", proxy(Remote.class, handler));
    objects.put("handler", handler);
    Map<String, RMIClientSocketFactory> factories = new LinkedHashMap<>();
    factories.put("foreign factory", new SslRMIClientSocketFactory());
    factories.put("our factory", new CallStream.OurFactory());
    factories.put(
        "proxy factory", (RMIClientSocketFactory) proxy(RMIClientSocketFactory.class, new Bomb()));
    for (Map.Entry<String, RMIClientSocketFactory> factory : factories.entrySet()) {
      Registry dialed = LocateRegistry.getRegistry("127.0.0.1", trapPort, factory.getValue());
      objects.put("stub with a " + factory.getKey(), dialed);
      objects.put(factory.getKey(), factory.getValue());
    }
    objects.put("object identifiers", new ObjID[] {new ObjID(), new ObjID(ObjID.REGISTRY_ID)});
    objects.put("unique identifier", new UID());
    objects.put("virtual machine", new VMID());
    objects.put("lease", new Lease(new VMID(), 1_000));
  }

  private static Object proxy(Class<?> type, java.lang.reflect.InvocationHandler handler) {
    return Proxy.newProxyInstance(Gadgets.class.getClassLoader(), new Class<?>[] {type}, handler);
  }

  /** In the format in which signatures are all of the same length, as streams must be. */
  private static SignedObject signed(Serializable content)
      throws IOException, GeneralSecurityException {
    KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
    keys.initialize(256);
    return new SignedObject(
        content,
        keys.generateKeyPair().getPrivate(),
        Signature.getInstance("SHA256withECDSAinP1363Format"));
  }
}
