package dev.outband.transport.wire;

import dev.outband.api.Code;
import dev.outband.api.Direction;
import dev.outband.api.FurtherStream;
import dev.outband.api.Protection;
import dev.outband.api.Secret;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;

/** The contents of {@code docs/vectors/wire-v1.json}, made from fixed secrets and nonces. */
final class WireVectors {

  private static final byte[] NONE = {};

  private WireVectors() {}

  static String json() throws TransferException {
    return Json.write(
            Json.object(
                "description",
                    "Outband wire format, version 1; see docs/wire-format.md, section 12",
                "hkdf", hkdf(),
                "expandLabel", expandLabel(),
                "stripes", stripes(),
                "furtherStreams", furtherStreams(),
                "inband", inband(),
                "connections", connections(),
                "refusedInClear", refusedInClear()))
        + "\n";
  }

  private static List<Object> hkdf() {
    List<Object> cases = new ArrayList<>();
    for (HkdfTest.Case of : HkdfTest.rfc5869()) {
      cases.add(
          Json.object(
              "name", "RFC 5869 " + of.name(),
              "ikm", of.ikm(),
              "salt", of.salt(),
              "info", of.info(),
              "length", of.length(),
              "prk", of.prk(),
              "okm", of.okm()));
    }
    return cases;
  }

  private static List<Object> expandLabel() {
    List<Object> cases = new ArrayList<>();
    byte[] context = KeySchedule.transcript("context".getBytes(StandardCharsets.US_ASCII));
    cases.add(expandLabel("lookup", NONE, 16));
    cases.add(expandLabel("segment prefix", NONE, 7));
    cases.add(expandLabel("transfer", context, 32));
    cases.add(expandLabel("longer than one block", context, 80));
    return cases;
  }

  private static Map<String, Object> expandLabel(String label, byte[] context, int length) {
    byte[] prk = KeySchedule.transcript("prk".getBytes(StandardCharsets.US_ASCII));
    byte[] name = ("outband1 " + label).getBytes(StandardCharsets.US_ASCII);
    ByteBuffer info = ByteBuffer.allocate(2 + 1 + name.length + 1 + context.length);
    info.putShort((short) length)
        .put((byte) name.length)
        .put(name)
        .put((byte) context.length)
        .put(context);
    return Json.object(
        "prk", prk,
        "label", label,
        "context", context,
        "length", length,
        "info", info.array(),
        "out", new Hkdf.Key(prk).expandLabel(label, context, length));
  }

  private static List<Object> stripes() {
    return List.of(
        stripes(1_048_576, 4),
        stripes(1_048_577, 3),
        stripes(262_145, 7),
        stripes(0x1f_ffff_ffff_ffffL, 2),
        stripes(0, 2),
        stripes(29, 1));
  }

  private static Map<String, Object> stripes(long bytes, int streams) {
    List<Object> starts = new ArrayList<>();
    for (int stream = 0; stream < streams; stream++) {
      starts.add(Stripe.of(bytes, stream, streams).start());
    }
    starts.add(bytes);
    return Json.object("bytes", bytes, "streams", streams, "starts", starts);
  }

  private static List<Object> furtherStreams() {
    return List.of(furtherStream(1), furtherStream(63));
  }

  private static Map<String, Object> furtherStream(int stream) {
    Ticket first =
        new Ticket(
            transmission("the stub's ticket"),
            Secret.of(counting(0x40)),
            Direction.TO_LISTENER,
            Protection.PRIVACY,
            Long.MAX_VALUE,
            0,
            "");
    Ticket derived = FurtherTicket.of(first, new FurtherStream(stream, Ticket.MAX_STREAMS, 0));
    return Json.object(
        "secret", counting(0x40),
        "stream", stream,
        "id", derived.id().toString(),
        "streamSecret", derived.secret().expose());
  }

  private static List<Object> inband() {
    return List.of(
        inband(
            "an object of 12 bytes",
            12,
            0,
            "v7",
            "in the reply".getBytes(StandardCharsets.US_ASCII)),
        inband("its last 5 bytes", 12, 7, "v7", "reply".getBytes(StandardCharsets.US_ASCII)),
        inband("an empty object", 0, 0, "", NONE));
  }

  private static Map<String, Object> inband(
      String name, long bytes, long offset, String contentTag, byte[] payload) {
    UUID id = transmission(name);
    OpenRequest request =
        OpenRequest.toListener(
            Protection.PRIVACY, bytes, offset, transmission("any"), 4096, contentTag);
    CRC32C checksum = new CRC32C();
    checksum.update(payload);
    InbandProof proof =
        InbandProof.of(Secret.of(counting(0x60)), id, request, (int) checksum.getValue());
    return Json.object(
        "name", name,
        "secret", counting(0x60),
        "id", id.toString(),
        "bytes", bytes,
        "offset", offset,
        "contentTag", contentTag,
        "payload", payload,
        "digest", proof.digest(),
        "binding", proof.binding());
  }

  private static List<Object> connections() throws TransferException {
    return List.of(whole(), empty(), aborted(), reopened(), clear(), refused());
  }

  private static Map<String, Object> whole() throws TransferException {
    OpenRequest request =
        OpenRequest.toListener(
            Protection.PRIVACY, 29, 0, transmission("whole"), 262_144, "size-29;mtime-1795392000");
    VectorConnection connection =
        new VectorConnection(
            "an object in three segments", counting(0x00), counting(0x20), counting(0x40), request);
    connection.accept(new Acceptance(0, 65_536));
    byte[] object = "beside RMI and not through it".getBytes(StandardCharsets.US_ASCII);
    connection.segment(Arrays.copyOf(object, 5), false);
    connection.segment(Arrays.copyOfRange(object, 5, 21), false);
    connection.segment(Arrays.copyOfRange(object, 21, 29), true);
    return connection.receipt(29, null);
  }

  private static Map<String, Object> empty() throws TransferException {
    VectorConnection connection =
        connection(
            "an empty object",
            OpenRequest.toListener(Protection.PRIVACY, 0, 0, transmission("empty"), 4096, ""));
    connection.accept(new Acceptance(0, 4096));
    connection.segment(NONE, true);
    return connection.receipt(0, null);
  }

  private static Map<String, Object> aborted() throws TransferException {
    VectorConnection connection =
        connection(
            "a length not known, from an offset, aborted",
            OpenRequest.toListener(
                Protection.PRIVACY, -1, 4096, transmission("aborted"), 1 << 20, "v7"));
    connection.accept(new Acceptance(4096, 1 << 20));
    connection.segment(new byte[] {1, 2, 3}, false);
    TransferException why =
        new TransferException(Code.SOURCE_FAILED, "the source failed: unreadable \u2013 block 9");
    connection.abort(why);
    return connection.receipt(3, why);
  }

  private static Map<String, Object> reopened() throws TransferException {
    OpenRequest request =
        OpenRequest.toListener(Protection.PRIVACY, 12, 2, transmission("reopened"), 65_536, "");
    VectorConnection connection = connection("opened again, the first 7 bytes were there", request);
    connection.accept(new Acceptance(9, 65_536));
    connection.segment(new byte[] {9, 10, 11}, true);
    return connection.receipt(10, null);
  }

  private static Map<String, Object> clear() throws TransferException {
    OpenRequest request =
        OpenRequest.toListener(
            Protection.AUTHENTICATION, 29, 0, transmission("clear"), 65_536, "in-clear");
    VectorConnection connection = connection("an object in two segments in clear", request);
    connection.accept(new Acceptance(0, 65_536));
    byte[] object = "beside RMI and not through it".getBytes(StandardCharsets.US_ASCII);
    connection.clear(Arrays.copyOf(object, 21));
    connection.clear(Arrays.copyOfRange(object, 21, 29));
    connection.lastOfClear();
    return connection.receipt(29, null);
  }

  private static Map<String, Object> refused() throws TransferException {
    OpenRequest request =
        new OpenRequest(
            Protection.AUTHENTICATION,
            Direction.FROM_LISTENER,
            0x1f_ffff_ffff_ffffL,
            0x0000_0003_0405_0607L,
            0x0203,
            0xfffe,
            new UUID(0x1011_1213_1415_1617L, 0xf8f9_fafb_fcfd_feffL),
            0x12345,
            "x".repeat(64));
    return connection("every field of OPEN, refused", request)
        .refuse(
            new TransferException(
                Code.FORBIDDEN, "the ticket is for TO_LISTENER, not FROM_LISTENER"));
  }

  private static VectorConnection connection(String name, OpenRequest request)
      throws TransferException {
    return new VectorConnection(
        name, hash(name + " secret"), hash(name + " dialer"), hash(name + " listener"), request);
  }

  private static List<Object> refusedInClear() {
    List<Object> cases = new ArrayList<>();
    for (Code code : List.of(Code.UNKNOWN_TICKET, Code.VERSION, Code.PROTOCOL)) {
      cases.add(
          Json.object(
              "version", DialerOpening.VERSION,
              "code", WireCodes.number(code),
              "frame", ListenerOpening.refuseInClear(code)));
    }
    return cases;
  }

  private static UUID transmission(String name) {
    ByteBuffer bytes = ByteBuffer.wrap(hash(name + " transmission"));
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  private static byte[] hash(String text) {
    return KeySchedule.transcript(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] counting(int from) {
    byte[] bytes = new byte[Secret.BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (from + i);
    }
    return bytes;
  }
}
