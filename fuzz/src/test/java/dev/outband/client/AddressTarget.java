package dev.outband.client;

import dev.outband.fuzz.Bounds;
import dev.outband.server.cluster.ClusterConfig;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The address of a server or of a member, as a program or a command gives it. */
public final class AddressTarget {
  private static final Bounds BOUNDS =
      Bounds.of(AddressTarget::decode, IllegalArgumentException.class);

  private AddressTarget() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  private static void decode(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      ServerAddress address = ServerAddress.parse(text);
      if (!ServerAddress.parse(address.toString()).equals(address)) {
        throw new IllegalStateException("written and read again it is another one: " + address);
      }
    } finally {
      ClusterConfig unused = ClusterConfig.join(text).named(text);
    }
  }

  /** Well-formed inputs. */
  public static Map<String, byte[]> seeds() {
    return Map.of(
        "name", "files.example:7099".getBytes(StandardCharsets.UTF_8),
        "ipv4", "10.0.0.5:7099".getBytes(StandardCharsets.UTF_8),
        "ipv6", "[2001:db8::1%eth0]:7099".getBytes(StandardCharsets.UTF_8),
        "cluster", "outband".getBytes(StandardCharsets.UTF_8));
  }
}
