package dev.outband.transport.wire;

import dev.outband.api.Code;
import dev.outband.api.Secret;
import dev.outband.api.TransferException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The dialer's side of the opening. Nothing that an attacker chose is sent before the listener has
 * proven that it knows the ticket's secret.
 *
 * <p>Call {@link #hello()}, {@link #open} and {@link #accepted} in this order, once each. Not safe
 * for use by several threads.
 */
public final class DialerOpening {

  static final int VERSION = 1;
  static final int HELLO_NONCE_BYTES = 32;

  private static final byte[] MAGIC = {'O', 'B', 'N', 'D'};

  private final KeySchedule keys;
  private final byte[] hello;
  private byte[] challenge;
  private byte[] open;
  private OpenRequest request;
  private KeySchedule.Opening openingKeys;

  /**
   * Starts an opening.
   *
   * @param secret the ticket's
   * @param random a cryptographically strong source for the nonce
   */
  public DialerOpening(Secret secret, RandomGenerator random) {
    keys = new KeySchedule(secret);
    byte[] nonce = new byte[HELLO_NONCE_BYTES];
    random.nextBytes(nonce);
    hello = new byte[FrameHeader.BYTES + FrameType.HELLO.minPayloadBytes()];
    FrameHeader.write(hello, FrameType.HELLO, FrameType.HELLO.minPayloadBytes());
    ByteBuffer.wrap(hello, FrameHeader.BYTES, FrameType.HELLO.minPayloadBytes())
        .put(MAGIC)
        .put((byte) VERSION)
        .put(keys.lookup())
        .put(nonce);
  }

  static boolean hasMagic(byte[] hello) {
    return Arrays.equals(
        hello, FrameHeader.BYTES, FrameHeader.BYTES + MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /**
   * The first frame.
   *
   * @return HELLO
   */
  public byte[] hello() {
    return hello.clone();
  }

  /**
   * Checks the listener's proof and asks for the transfer.
   *
   * @param frame holds the listener's answer to HELLO
   * @param frameBytes its length
   * @param wanted what to ask for
   * @return OPEN
   * @throws TransferException if the listener refused or did not prove itself; a refusal at this
   *     point is in clear, so it is no more than a hint
   */
  public byte[] open(byte[] frame, int frameBytes, OpenRequest wanted) throws TransferException {
    if (FrameHeader.type(frame) == FrameType.REFUSED) {
      throw refusedInClear(frame, frameBytes);
    }
    FrameHeader.require(frame, frameBytes, FrameType.CHALLENGE);
    if (frameBytes != FrameHeader.BYTES + FrameType.CHALLENGE.minPayloadBytes()
        || frame[FrameHeader.BYTES] != VERSION) {
      throw new TransferException(Code.PROTOCOL, "CHALLENGE is not of version " + VERSION);
    }
    challenge = Arrays.copyOf(frame, frameBytes);
    int proofStart = frameBytes - Hkdf.HASH_BYTES;
    byte[] expected =
        keys.proof(KeySchedule.transcript(hello, Arrays.copyOf(challenge, proofStart)));
    if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(challenge, proofStart, frameBytes))) {
      throw new TransferException(
          Code.NOT_PROVEN, "the listener does not know the ticket's secret");
    }
    openingKeys = keys.opening(KeySchedule.transcript(hello, challenge));
    request = wanted;
    open = Sealed.seal(openingKeys.dialer(), FrameType.OPEN, wanted.encode());
    return open.clone();
  }

  /**
   * Checks the listener's acceptance.
   *
   * @param frame holds the listener's answer to OPEN
   * @param frameBytes its length
   * @return the acceptance and the keys of the transfer
   * @throws TransferException if the listener refused; its code and message are authentic
   */
  public Opened accepted(byte[] frame, int frameBytes) throws TransferException {
    if (FrameHeader.type(frame) == FrameType.REFUSED) {
      FrameHeader.require(frame, frameBytes, FrameType.REFUSED);
      throw WireCodes.decode(Sealed.open(openingKeys.listener(), frame, frameBytes));
    }
    FrameHeader.require(frame, frameBytes, FrameType.ACCEPTED);
    Acceptance acceptance =
        Acceptance.decode(Sealed.open(openingKeys.listener(), frame, frameBytes), request);
    byte[] transcript =
        KeySchedule.transcript(hello, challenge, open, Arrays.copyOf(frame, frameBytes));
    return new Opened(request, acceptance, keys.transfer(transcript));
  }

  private static TransferException refusedInClear(byte[] frame, int frameBytes)
      throws TransferException {
    FrameHeader.require(frame, frameBytes, FrameType.REFUSED);
    if (frameBytes != FrameHeader.BYTES + FrameType.REFUSED.minPayloadBytes()) {
      return new TransferException(Code.PROTOCOL, "REFUSED has " + frameBytes + " bytes");
    }
    int version = frame[FrameHeader.BYTES] & 0xff;
    Code code = WireCodes.code(frame[FrameHeader.BYTES + 1] & 0xff);
    return switch (code) {
      case VERSION ->
          new TransferException(
              code, "the listener speaks version " + version + " of the protocol, not " + VERSION);
      case UNKNOWN_TICKET ->
          new TransferException(
              code, "the listener knows no such ticket: used, expired or of an earlier process");
      case PROTOCOL -> new TransferException(code, "the listener did not understand HELLO");
      default ->
          new TransferException(
              Code.NOT_PROVEN,
              "refused in clear for a reason that only a proven listener may give");
    };
  }
}
