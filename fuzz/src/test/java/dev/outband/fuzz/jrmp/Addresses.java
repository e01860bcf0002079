package dev.outband.fuzz.jrmp;

import dev.outband.api.Directory;
import dev.outband.api.ObjectReference;
import dev.outband.security.CallScope;
import dev.outband.security.ControlLimits;
import dev.outband.security.ControlSocketFactory;
import dev.outband.security.Identity;
import dev.outband.security.ObjectReferences;
import dev.outband.security.SerialFilters;
import java.nio.ByteBuffer;
import java.rmi.registry.LocateRegistry;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The identifiers of the objects that a server has, as 22 bytes each, found as a client does. */
final class Addresses {
  static final String SHELF = "shelf";
  static final String DIRECTORY = "directory";
  static final String REGISTRY = "registry";
  static final String ACTIVATOR = "activator";
  static final String COLLECTOR = "collector";
  static final String NOBODY = "nobody";

  private static final int BYTES = 22;

  private final Map<String, byte[]> byName = new LinkedHashMap<>();

  private Addresses() {
    byName.put(REGISTRY, reserved(0));
    byName.put(ACTIVATOR, reserved(1));
    byName.put(COLLECTOR, reserved(2));
    byName.put(NOBODY, ByteBuffer.allocate(BYTES).putLong(0x1234567890L).putInt(77).array());
  }

  /** Asks a server. */
  static Addresses ask(Identity identity, int port) throws Exception {
    Addresses addresses = new Addresses();
    try (ControlSocketFactory factory =
        new ControlSocketFactory(identity, "127.0.0.1", port, ControlLimits.defaults())) {
      ObjectReference door;
      try (CallScope scope = CallScope.enter(SerialFilters.values(ObjectReference.class))) {
        door =
            (ObjectReference)
                LocateRegistry.getRegistry("127.0.0.1", port, factory).lookup(Directory.NAME);
      }
      addresses.put(DIRECTORY, door);
      Directory directory;
      try (CallScope scope = CallScope.enter(SerialFilters.nothing())) {
        directory = ObjectReferences.bind(door, Directory.class, factory);
      }
      try (CallScope scope =
          CallScope.enter(
              SerialFilters.replies(
                  Directory.class.getMethod("lookup", String.class), List.of()))) {
        addresses.put(SHELF, directory.lookup(SHELF));
      }
    }
    return addresses;
  }

  static List<String> all() {
    return List.of(SHELF, DIRECTORY, REGISTRY, ACTIVATOR, COLLECTOR, NOBODY);
  }

  byte[] of(String name) {
    return byName.get(name).clone();
  }

  private void put(String name, ObjectReference reference) {
    byName.put(name, HexFormat.of().parseHex(reference.id()));
  }

  private static byte[] reserved(int number) {
    return ByteBuffer.allocate(BYTES).putLong(number).array();
  }
}
