package dev.outband.server.cluster;

import dev.outband.api.Endpoint;
import dev.outband.api.Member;
import dev.outband.fuzz.Bounds;
import dev.outband.fuzz.Input;
import dev.outband.fuzz.Resources;
import dev.outband.fuzz.Script;
import dev.outband.security.Pin;
import dev.outband.security.Principal;
import dev.outband.security.Role;
import dev.outband.security.SignedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A member's record. The first byte says from whom: 0 to 127 from anybody, and the value is the
 * rest; else from a server, and then the rest is the content that it has signed.
 */
public final class RecordTarget {
  private static final int FROM_SERVER = 128;
  private static final Pin PIN = new Pin(new Principal("files", Role.SERVER), "ab".repeat(32));
  private static final Bounds BOUNDS =
      Bounds.of(RecordTarget::decode, IllegalArgumentException.class);

  private RecordTarget() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  private static void decode(byte[] bytes) {
    Input input = new Input(bytes);
    int from = input.number();
    byte[] given = input.rest();
    if (from < FROM_SERVER) {
      requireSame(given, RecordCodec.value(RecordCodec.statement(given)));
      return;
    }
    MemberRecord record = RecordCodec.record(given);
    requireSame(given, RecordCodec.content(record));
    Member unused = record.member(PIN);
    Duration life = Duration.between(record.issued(), record.expires());
    boolean ignored = life.compareTo(RecordBook.LONGEST_LIFE) > 0;
  }

  private static void requireSame(byte[] read, byte[] written) {
    if (!Arrays.equals(read, written)) {
      throw new IllegalStateException("a record has one encoding");
    }
  }

  /** Well-formed inputs; what the certificate and the signature are worth is another question. */
  public static Map<String, byte[]> seeds() {
    MemberRecord record =
        new MemberRecord(
            new UUID(1, 2),
            Instant.ofEpochMilli(3),
            4,
            Instant.ofEpochMilli(5),
            Instant.ofEpochMilli(6),
            new Announcement(
                new Endpoint("10.0.0.5", 7099),
                new Endpoint("10.0.0.5", 7098),
                List.of("archive", "files"),
                7));
    byte[] content = RecordCodec.content(record);
    SignedStatement statement =
        SignedStatement.received(Resources.bytes("ca.der"), content, new byte[70]);
    return Map.of(
        "value", new Script().number(0).rest(RecordCodec.value(statement)).bytes(),
        "content", new Script().number(FROM_SERVER).rest(content).bytes());
  }
}
