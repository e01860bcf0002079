package dev.outband.security;

import dev.outband.api.ReceptionObject;
import dev.outband.fuzz.Bounds;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.math.BigDecimal;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a caller passes as an argument: a serialized stream, under the allow-list of an export. */
public final class ArgumentsTarget {
  private static final ObjectInputFilter FILTER =
      SerialFilters.arguments(Service.class, List.of(dev.outband.api.Ticket.class));
  private static final Bounds BOUNDS = Serialized.bounds(ArgumentsTarget::decode);

  private ArgumentsTarget() {}

  /** Takes one of each kind. */
  interface Service extends Remote {
    /** Never called. */
    void call(
        ReceptionObject to,
        List<Map<String, Instant>> maps,
        ZonedDateTime time,
        BigDecimal number,
        Principal principal,
        long[][] numbers,
        String[] names)
        throws RemoteException;
  }

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  private static void decode(byte[] input) throws IOException, ClassNotFoundException {
    Object unused = Serialized.read(input, FILTER);
  }

  /** Well-formed inputs, and two that claim what they do not hold. */
  public static Map<String, byte[]> seeds() {
    return Map.of(
        "stub", Serialized.write(Samples.STUB),
        "ticket", Serialized.write(Samples.TICKET),
        "list", Serialized.write(new ArrayList<>(List.of(Map.of("a", Instant.ofEpochMilli(1))))),
        "set-of-numbers", Serialized.write(List.of(new BigDecimal("1.5"), 2L, 'c')),
        "time", Serialized.write(ZonedDateTime.parse("2026-11-28T12:00:00+01:00[Europe/Berlin]")),
        "principal", Serialized.write(new Principal("me", Role.CLIENT)),
        "arrays", Serialized.write(new long[][] {{1, 2}, {3}}),
        "names", Serialized.write(new String[] {"a", "b", "a"}),
        "long-array", claiming(Serialized.write(new long[0]), 1 << 17),
        "longer-array", claiming(Serialized.write(new long[0]), 1 << 20));
  }

  /** The length of an array is the last that is written of an empty one. */
  private static byte[] claiming(byte[] stream, int length) {
    java.nio.ByteBuffer.wrap(stream).putInt(stream.length - Integer.BYTES, length);
    return stream;
  }
}
