package dev.outband.server.cluster;

import dev.outband.api.Endpoint;
import dev.outband.api.Member;
import dev.outband.security.SignedStatement;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The bytes of a member's record. Every record has one encoding, and what is not exactly that is
 * refused. Numbers are big-endian.
 *
 * <pre>
 * value    "OBMR" version(1)=1 certificate(2+n) content(2+n) signature(2+n)      at most 65,536 bytes
 * content  memberId(16) started(8) sequence(8) issued(8) expires(8) load(4)      times in ms since 1970
 *          control data count(2) count x service                                 services strictly ascending
 * endpoint length(1) host, ASCII; port(2)
 * service  length(1) name, ASCII
 * </pre>
 */
final class RecordCodec {

  /** The longest value: what is longer is not looked at. */
  static final int MAX_BYTES = 65_536;

  private static final int MAGIC = 0x4f424d52;
  private static final byte VERSION = 1;
  private static final int MAX_CERTIFICATE = 8_192;
  private static final int MAX_SIGNATURE = 1_024;

  private RecordCodec() {}

  static byte[] value(SignedStatement statement) {
    ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);
    out.putInt(MAGIC).put(VERSION);
    putBlock(out, statement.certificate());
    putBlock(out, statement.content());
    putBlock(out, statement.signature());
    return written(out);
  }

  /**
   * Reads a value; nothing is verified yet.
   *
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  static SignedStatement statement(byte[] value) {
    if (value.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "record must be at most " + MAX_BYTES + " bytes, not " + value.length);
    }
    try {
      ByteBuffer in = ByteBuffer.wrap(value);
      if (in.getInt() != MAGIC) {
        throw new IllegalArgumentException("not a record");
      }
      byte version = in.get();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "record version must be " + VERSION + ", not " + version);
      }
      byte[] certificate = block(in, "certificate", MAX_CERTIFICATE);
      byte[] content = block(in, "content", MAX_BYTES);
      byte[] signature = block(in, "signature", MAX_SIGNATURE);
      requireEnd(in);
      return SignedStatement.received(certificate, content, signature);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("record is cut off", e);
    }
  }

  static byte[] content(MemberRecord record) {
    ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);
    out.putLong(record.memberId().getMostSignificantBits());
    out.putLong(record.memberId().getLeastSignificantBits());
    out.putLong(record.started().toEpochMilli());
    out.putLong(record.sequence());
    out.putLong(record.issued().toEpochMilli());
    out.putLong(record.expires().toEpochMilli());
    out.putInt(record.announcement().load());
    putEndpoint(out, record.announcement().control());
    putEndpoint(out, record.announcement().data());
    List<String> services = record.announcement().services();
    out.putShort((short) services.size());
    services.forEach(service -> putText(out, service));
    return written(out);
  }

  /**
   * Reads what a statement states.
   *
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  static MemberRecord record(byte[] content) {
    try {
      ByteBuffer in = ByteBuffer.wrap(content);
      UUID memberId = new UUID(in.getLong(), in.getLong());
      Instant started = Instant.ofEpochMilli(in.getLong());
      long sequence = in.getLong();
      Instant issued = Instant.ofEpochMilli(in.getLong());
      Instant expires = Instant.ofEpochMilli(in.getLong());
      int load = in.getInt();
      Endpoint control = endpoint(in);
      Endpoint data = endpoint(in);
      List<String> services = services(in);
      requireEnd(in);
      return new MemberRecord(
          memberId,
          started,
          sequence,
          issued,
          expires,
          new Announcement(control, data, services, load));
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("record is cut off", e);
    }
  }

  private static List<String> services(ByteBuffer in) {
    int count = in.getShort() & 0xffff;
    if (count > Member.MAX_SERVICES) {
      throw new IllegalArgumentException(
          "record services must be 0.." + Member.MAX_SERVICES + ", not " + count);
    }
    List<String> services = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String service = text(in);
      if (i > 0 && services.get(i - 1).compareTo(service) >= 0) {
        throw new IllegalArgumentException("record services must ascend");
      }
      services.add(service);
    }
    return services;
  }

  private static void putEndpoint(ByteBuffer out, Endpoint endpoint) {
    putText(out, endpoint.host());
    out.putShort((short) endpoint.port());
  }

  private static Endpoint endpoint(ByteBuffer in) {
    return new Endpoint(text(in), in.getShort() & 0xffff);
  }

  private static void putText(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    out.put((byte) bytes.length).put(bytes);
  }

  private static String text(ByteBuffer in) {
    byte[] bytes = new byte[in.get() & 0xff];
    in.get(bytes);
    for (byte b : bytes) {
      if (b <= ' ' || b > '~') {
        throw new IllegalArgumentException("record text must be printable ASCII");
      }
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static void putBlock(ByteBuffer out, byte[] bytes) {
    out.putShort((short) bytes.length).put(bytes);
  }

  private static byte[] block(ByteBuffer in, String name, int most) {
    int length = in.getShort() & 0xffff;
    if (length > most || length > in.remaining()) {
      throw new IllegalArgumentException(
          "record " + name + " must be at most " + most + " bytes and all there, not " + length);
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static void requireEnd(ByteBuffer in) {
    if (in.hasRemaining()) {
      throw new IllegalArgumentException("record is followed by " + in.remaining() + " bytes");
    }
  }

  private static byte[] written(ByteBuffer out) {
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }
}
