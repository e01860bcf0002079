package dev.outband.transport.wire;

import dev.outband.api.Protection;
import dev.outband.api.Secret;
import dev.outband.api.TransferException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The other end of a data connection, which knows the ticket and seals whatever it is told to: what
 * a real end would never say, but somebody who has stolen a ticket would. Nonces are fixed, so an
 * input always leads to the same bytes.
 */
public final class TicketHolder {
  /** The ticket's. */
  public static final Secret SECRET = Secret.of(new byte[Secret.BYTES]);

  /** What is asked for where it is not the input that asks. */
  public static final OpenRequest REQUEST = request(Protection.PRIVACY);

  /** What is accepted where it is not the input that accepts. */
  public static final Acceptance ACCEPTANCE = new Acceptance(0, FrameHeader.MIN_SEGMENT_BYTES);

  private static final int OBJECT_BYTES = 100_000;

  private static final byte[] EARLY = Hkdf.extract(new byte[Hkdf.HASH_BYTES], SECRET.expose());
  private static final byte[] NONE = {};

  private TicketHolder() {}

  /** A request for an object of 100,000 bytes. */
  public static OpenRequest request(Protection protection) {
    return OpenRequest.toListener(
        protection, OBJECT_BYTES, 0, new UUID(1, 2), FrameHeader.MAX_SEGMENT_BYTES, "tag");
  }

  /** A dialer that starts. */
  public static DialerOpening dialer() {
    return new DialerOpening(SECRET, new Random(1));
  }

  /** A listener that has been told HELLO. */
  public static ListenerOpening listener(byte[] hello, int helloBytes) {
    return new ListenerOpening(SECRET, hello, helloBytes);
  }

  /** What a listener draws its nonce from. */
  public static Random random() {
    return new Random(2);
  }

  /** The plaintext of OPEN. */
  public static byte[] plain(OpenRequest request) {
    return request.encode();
  }

  /** The keys of the segments of one transfer, always the same one. */
  public static Segments segments() {
    byte[] hello = dialer().hello();
    byte[] challenge = listener(hello, hello.length).challenge(random());
    byte[] open = open(hello, challenge, REQUEST.encode());
    return new Segments(hello, challenge, open, accepted(hello, challenge, ACCEPTANCE.encode()));
  }

  /** OPEN with this plaintext. */
  public static byte[] open(byte[] hello, byte[] challenge, byte[] plain) {
    return sealed(opening(hello, challenge), "dialer", FrameType.OPEN, plain);
  }

  /** ACCEPTED with this plaintext. */
  public static byte[] accepted(byte[] hello, byte[] challenge, byte[] plain) {
    return sealed(opening(hello, challenge), "listener", FrameType.ACCEPTED, plain);
  }

  /** REFUSED, sealed, with this plaintext. */
  public static byte[] refused(byte[] hello, byte[] challenge, byte[] plain) {
    return sealed(opening(hello, challenge), "listener", FrameType.REFUSED, plain);
  }

  /** RECEIPT with this plaintext. */
  public static byte[] receipt(byte[][] opening, byte[] plain) {
    return sealed(transfer(opening), "receipt", FrameType.RECEIPT, plain);
  }

  private static byte[] opening(byte[] hello, byte[] challenge) {
    return new Hkdf.Key(EARLY)
        .expandLabel("opening", KeySchedule.transcript(hello, challenge), KeySchedule.KEY_BYTES);
  }

  private static byte[] transfer(byte[]... opening) {
    return new Hkdf.Key(EARLY)
        .expandLabel("transfer", KeySchedule.transcript(opening), KeySchedule.KEY_BYTES);
  }

  private static byte[] sealed(byte[] secret, String who, FrameType type, byte[] plain) {
    byte[] key = new Hkdf.Key(secret).expandLabel(who + " key", NONE, KeySchedule.KEY_BYTES);
    byte[] nonce = new Hkdf.Key(secret).expandLabel(who + " nonce", NONE, KeySchedule.NONCE_BYTES);
    byte[] header = header(type, plain.length + FrameHeader.TAG_BYTES);
    try {
      Cipher cipher = AesGcm.JDK.cipher();
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(key, "AES"),
          new GCMParameterSpec(8 * FrameHeader.TAG_BYTES, nonce));
      cipher.updateAAD(header);
      return joined(header, cipher.doFinal(plain));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing a frame", e);
    }
  }

  private static byte[] header(FrameType type, int payloadBytes) {
    byte[] header = new byte[FrameHeader.BYTES];
    FrameHeader.write(header, type, payloadBytes);
    return header;
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** The keys of the segments after an opening. */
  public static final class Segments {
    private final byte[] key;
    private final byte[] prefix;

    private Segments(byte[]... opening) {
      byte[] secret = transfer(opening);
      key = new Hkdf.Key(secret).expandLabel("segment key", NONE, KeySchedule.KEY_BYTES);
      prefix = new Hkdf.Key(secret).expandLabel("segment prefix", NONE, KeySchedule.PREFIX_BYTES);
    }

    /** The receiver's half. */
    public SegmentOpener opener() {
      return new SegmentOpener(AesGcm.JDK, key, prefix);
    }

    /** The transmitter's half. */
    public Sealer sealer() {
      return new Sealer(key, prefix);
    }
  }

  /** Seals whatever it is told to, in whatever order, until it has sealed an end. */
  public static final class Sealer {
    private final SegmentCipher segments;

    private Sealer(byte[] key, byte[] prefix) {
      segments = new SegmentCipher(AesGcm.JDK, Cipher.ENCRYPT_MODE, key, prefix);
    }

    /** DATA. */
    public byte[] data(byte[] plain) throws TransferException {
      return next(FrameType.DATA, plain);
    }

    /** LAST. */
    public byte[] last(byte[] plain) throws TransferException {
      return next(FrameType.LAST, plain);
    }

    /** LAST behind frames in clear, with the digest of what was said before. */
    public byte[] lastOfClear() throws TransferException {
      return next(FrameType.LAST, segments.digestBytes());
    }

    /** ABORT. */
    public byte[] abort(byte[] plain) throws TransferException {
      return next(FrameType.ABORT, plain);
    }

    /** CLEAR with the checksum that it must have. */
    public byte[] clear(byte[] content) {
      byte[] header = header(FrameType.CLEAR, content.length + ClearSegment.CRC_BYTES);
      CRC32C crc = new CRC32C();
      crc.update(header);
      crc.update(content);
      segments.digestedClear(header, (int) crc.getValue());
      return joined(header, content, ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private byte[] next(FrameType type, byte[] plain) throws TransferException {
      byte[] frame =
          Arrays.copyOf(
              header(type, plain.length + FrameHeader.TAG_BYTES),
              FrameHeader.BYTES + plain.length + FrameHeader.TAG_BYTES);
      try {
        segments
            .next(frame, type != FrameType.DATA)
            .doFinal(plain, 0, plain.length, frame, FrameHeader.BYTES);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("sealing a segment", e);
      }
      segments.digested(frame, frame.length);
      return frame;
    }
  }
}
