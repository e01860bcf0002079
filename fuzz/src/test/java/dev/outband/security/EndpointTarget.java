package dev.outband.security;

import dev.outband.api.Endpoint;
import dev.outband.api.TransferException;
import dev.outband.fuzz.Bounds;
import dev.outband.fuzz.Input;
import dev.outband.fuzz.Script;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * An endpoint that a caller wants to be dialed at: its port, its host, what the host resolves to
 * and the caller's own address. Networks of all kinds are open to the caller.
 */
public final class EndpointTarget {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final Bounds BOUNDS =
      Bounds.of(EndpointTarget::decode, TransferException.class, IllegalArgumentException.class);

  private EndpointTarget() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  private static void decode(byte[] bytes) throws TransferException {
    Input input = new Input(bytes);
    int port = input.number() << 8 | input.number();
    InetAddress peer = address(input);
    InetAddress resolved = address(input);
    Endpoint endpoint = new Endpoint(new String(input.rest(), StandardCharsets.ISO_8859_1), port);
    CallbackPolicy policy =
        new CallbackPolicy(
            host -> new InetAddress[] {resolved},
            true,
            List.of(Network.parse("0.0.0.0/0"), Network.parse("::/0")),
            CallbackPolicy.LEAST_PORT,
            CallbackPolicy.MOST_PORT);
    InetAddress dialed = policy.admit(endpoint, peer).getAddress();
    if (!dialed.equals(peer) && NeverDialed.is(dialed, peer)) {
      throw new IllegalStateException(dialed + " must not be dialed for " + peer);
    }
  }

  private static InetAddress address(Input input) {
    byte[] bytes = new byte[input.number() % 2 == 0 ? IPV4_BYTES : IPV6_BYTES];
    byte[] given = input.bytes(bytes.length);
    System.arraycopy(given, 0, bytes, 0, given.length);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }

  /** An admitted one of each kind, and one that is not. */
  public static Map<String, byte[]> seeds() throws UnknownHostException {
    return Map.of(
        "ipv4", seed(7098, "10.0.0.5", "10.0.0.6", "files.example"),
        "ipv6", seed(7098, "2001:db8::1", "2001:db8::2", "2001:db8::2"),
        "observed", seed(7098, "10.0.0.5", "0.0.0.0", ""),
        "metadata", seed(8080, "10.0.0.5", "169.254.169.254", "x"));
  }

  private static byte[] seed(int port, String peer, String resolved, String host)
      throws UnknownHostException {
    byte[] from = InetAddress.getByName(peer).getAddress();
    byte[] to = InetAddress.getByName(resolved).getAddress();
    return new Script()
        .number(port >>> 8)
        .number(port)
        .number(from.length == IPV4_BYTES ? 0 : 1)
        .rest(from)
        .number(to.length == IPV4_BYTES ? 0 : 1)
        .rest(to)
        .rest(host.getBytes(StandardCharsets.ISO_8859_1))
        .bytes();
  }
}
