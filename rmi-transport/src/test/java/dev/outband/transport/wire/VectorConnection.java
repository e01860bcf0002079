package dev.outband.transport.wire;

import dev.outband.api.Direction;
import dev.outband.api.Protection;
import dev.outband.api.Secret;
import dev.outband.api.TransferException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * One connection of the vectors: the frames from the code under test, the values between them by
 * the document's formulas.
 */
final class VectorConnection {

  private static final byte[] NONE = {};
  private static final List<Protection> PROTECTIONS =
      List.of(Protection.AUTHENTICATION, Protection.INTEGRITY, Protection.PRIVACY);
  private static final List<Direction> DIRECTIONS =
      List.of(Direction.TO_LISTENER, Direction.FROM_LISTENER);

  private final Map<String, Object> values;
  private final List<Object> frames = new ArrayList<>();
  private final OpenRequest request;
  private final byte[] early;
  private final DialerOpening dialer;
  private final ListenerOpening listener;
  private final byte[] hello;
  private final byte[] challenge;
  private final byte[] open;
  private TransferKeys keys;
  private SegmentSealer sealer;
  private byte[] prefix;
  private int sealed;

  VectorConnection(
      String name, byte[] secret, byte[] dialerNonce, byte[] listenerNonce, OpenRequest request)
      throws TransferException {
    this.request = request;
    early = Hkdf.extract(new byte[32], secret);
    dialer = new DialerOpening(Secret.of(secret), fixed(dialerNonce));
    hello = dialer.hello();
    listener = new ListenerOpening(Secret.of(secret), hello, hello.length);
    challenge = listener.challenge(fixed(listenerNonce));
    open = dialer.open(challenge, challenge.length, request);
    listener.request(open, open.length);
    values =
        Json.object(
            "name",
            name,
            "secret",
            secret,
            "dialerNonce",
            dialerNonce,
            "listenerNonce",
            listenerNonce,
            "request",
            fields());
  }

  private Map<String, Object> fields() {
    return Json.object(
        "protection", PROTECTIONS.indexOf(request.protection()) + 1,
        "direction", DIRECTIONS.indexOf(request.direction()) + 1,
        "bytes", request.bytes(),
        "offset", request.offset(),
        "stream", request.stream(),
        "streams", request.streams(),
        "transmission", transmission(),
        "segmentBytes", request.segmentBytes(),
        "contentTag", request.contentTag());
  }

  private byte[] transmission() {
    UUID id = request.transmission();
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  private void opening(Map<String, Object> answer, byte[] answeredPlain, byte[] answered) {
    values.put("answer", answer);
    values.put("early", early);
    values.put("lookupTag", label(early, "lookup", NONE, 16));
    values.put("hello", hello);
    byte[] t1 = KeySchedule.transcript(hello, Arrays.copyOf(challenge, challenge.length - 32));
    byte[] proofKey = label(early, "listener proof", t1, 32);
    values.put("t1", t1);
    values.put("proofKey", proofKey);
    values.put("proof", Hkdf.hmac(proofKey, t1));
    values.put("challenge", challenge);
    byte[] t2 = KeySchedule.transcript(hello, challenge);
    byte[] secret = label(early, "opening", t2, 32);
    values.put("t2", t2);
    values.put("openingSecret", secret);
    values.put("dialerKey", label(secret, "dialer key", NONE, 32));
    values.put("dialerGcmNonce", label(secret, "dialer nonce", NONE, 12));
    values.put("listenerKey", label(secret, "listener key", NONE, 32));
    values.put("listenerGcmNonce", label(secret, "listener nonce", NONE, 12));
    values.put("openPlain", request.encode());
    values.put("open", open);
    values.put("answeredPlain", answeredPlain);
    values.put("answered", answered);
  }

  void accept(Acceptance acceptance) throws TransferException {
    byte[] accepted = listener.accept(acceptance).frame();
    keys = dialer.accepted(accepted, accepted.length).keys();
    sealer = keys.sealer(AesGcm.JDK);
    opening(
        Json.object("offset", acceptance.offset(), "segmentBytes", acceptance.segmentBytes()),
        acceptance.encode(),
        accepted);
    byte[] t3 = KeySchedule.transcript(hello, challenge, open, accepted);
    byte[] secret = label(early, "transfer", t3, 32);
    prefix = label(secret, "segment prefix", NONE, 7);
    values.put("t3", t3);
    values.put("transferSecret", secret);
    values.put("segmentKey", label(secret, "segment key", NONE, 32));
    values.put("segmentPrefix", prefix);
    values.put("receiptKey", label(secret, "receipt key", NONE, 32));
    values.put("receiptGcmNonce", label(secret, "receipt nonce", NONE, 12));
    values.put("binding", keys.binding());
  }

  Map<String, Object> refuse(TransferException why) {
    byte[] plain = WireCodes.encode(why.code(), why.getMessage());
    opening(
        Json.object("code", WireCodes.number(why.code()), "message", why.getMessage()),
        plain,
        listener.refuse(why));
    return values;
  }

  void segment(byte[] plain, boolean last) throws TransferException {
    byte[] frame = new byte[FrameHeader.BYTES + plain.length + FrameHeader.TAG_BYTES];
    sealer.seal(plain, plain.length, last, frame);
    frame(last ? "LAST" : "DATA", plain, last, frame);
  }

  void clear(byte[] content) {
    byte[] frame = RawPeer.clear(sealer, content);
    byte[] crc = Arrays.copyOfRange(frame, frame.length - 4, frame.length);
    frames.add(Json.object("type", "CLEAR", "plain", content, "crc", crc, "frame", frame));
  }

  void lastOfClear() throws TransferException {
    byte[] digest = HexFormat.of().parseHex(sealer.digest());
    frame("LAST", digest, true, RawPeer.lastOfClear(sealer));
  }

  void abort(TransferException why) throws TransferException {
    frame(
        "ABORT",
        WireCodes.encode(why.code(), why.getMessage()),
        true,
        Exchange.bytes(sealer.abort(why)));
  }

  private void frame(String type, byte[] plain, boolean last, byte[] frame) {
    byte[] nonce =
        ByteBuffer.allocate(12).put(prefix).putInt(sealed++).put((byte) (last ? 1 : 0)).array();
    frames.add(Json.object("type", type, "plain", plain, "nonce", nonce, "frame", frame));
  }

  Map<String, Object> receipt(long bytes, TransferException why) {
    Outcome outcome = new Outcome(bytes, sealer.digest(), why);
    values.put("frames", frames);
    values.put("digest", sealer.digest());
    values.put(
        "receipt",
        Json.object(
            "code",
            why == null ? WireCodes.OK : WireCodes.number(why.code()),
            "bytes",
            bytes,
            "digest",
            sealer.digest(),
            "message",
            why == null ? "" : why.getMessage(),
            "plain",
            outcome.encode(),
            "frame",
            keys.sealReceipt(outcome)));
    return values;
  }

  private static byte[] label(byte[] secret, String label, byte[] context, int length) {
    return new Hkdf.Key(secret).expandLabel(label, context, length);
  }

  private static RandomGenerator fixed(byte[] nonce) {
    return new RandomGenerator() {
      @Override
      public void nextBytes(byte[] into) {
        System.arraycopy(nonce, 0, into, 0, into.length);
      }

      @Override
      public long nextLong() {
        throw new UnsupportedOperationException("a nonce is all that is asked for");
      }
    };
  }
}
