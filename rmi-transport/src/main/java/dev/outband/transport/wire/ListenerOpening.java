package dev.outband.transport.wire;

import dev.outband.api.Code;
import dev.outband.api.Secret;
import dev.outband.api.TransferException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The listener's side of the opening: {@link #lookup} names the ticket, then {@link #challenge},
 * {@link #request}, and either {@link #accept} or {@link #refuse} follow in this order, once each.
 * Not safe for use by several threads.
 */
public final class ListenerOpening {

  private final KeySchedule keys;
  private final byte[] hello;
  private byte[] challenge;
  private byte[] open;
  private OpenRequest request;
  private boolean dialerProven;
  private KeySchedule.Opening openingKeys;

  /**
   * Starts an opening.
   *
   * @param secret of the ticket that HELLO names
   * @param hello the frame; copied
   * @param helloBytes its length
   */
  public ListenerOpening(Secret secret, byte[] hello, int helloBytes) {
    this.keys = new KeySchedule(secret);
    this.hello = Arrays.copyOf(hello, helloBytes);
  }

  /**
   * What HELLO finds a ticket by.
   *
   * @param hello holds the frame
   * @param helloBytes its length
   * @return the tag
   * @throws TransferException {@link Code#PROTOCOL} if it is no HELLO, {@link Code#VERSION} if it
   *     is of another version
   */
  public static LookupTag lookup(byte[] hello, int helloBytes) throws TransferException {
    FrameHeader.require(hello, helloBytes, FrameType.HELLO);
    if (!DialerOpening.hasMagic(hello)) {
      throw new TransferException(Code.PROTOCOL, "HELLO does not start with OBND");
    }
    int version = hello[FrameHeader.BYTES + 4] & 0xff;
    if (version != DialerOpening.VERSION) {
      throw new TransferException(
          Code.VERSION,
          "the dialer speaks version "
              + version
              + " of the protocol, not "
              + DialerOpening.VERSION);
    }
    if (helloBytes != FrameHeader.BYTES + FrameType.HELLO.minPayloadBytes()) {
      throw new TransferException(Code.PROTOCOL, "HELLO has " + helloBytes + " bytes");
    }
    int at = FrameHeader.BYTES + 5;
    return new LookupTag(Arrays.copyOfRange(hello, at, at + KeySchedule.LOOKUP_BYTES));
  }

  /**
   * The frame that ends a connection whose HELLO is of no use. It is in clear: nobody is proven
   * yet.
   *
   * @param code why
   * @return REFUSED
   */
  public static byte[] refuseInClear(Code code) {
    byte[] frame = new byte[FrameHeader.BYTES + FrameType.REFUSED.minPayloadBytes()];
    FrameHeader.write(frame, FrameType.REFUSED, FrameType.REFUSED.minPayloadBytes());
    frame[FrameHeader.BYTES] = DialerOpening.VERSION;
    frame[FrameHeader.BYTES + 1] = (byte) WireCodes.number(code);
    return frame;
  }

  /**
   * Proves to the dialer that this end knows the secret.
   *
   * @param random a cryptographically strong source for the nonce
   * @return CHALLENGE
   */
  public byte[] challenge(RandomGenerator random) {
    byte[] nonce = new byte[DialerOpening.HELLO_NONCE_BYTES];
    random.nextBytes(nonce);
    int payload = FrameType.CHALLENGE.minPayloadBytes();
    challenge = new byte[FrameHeader.BYTES + payload];
    FrameHeader.write(challenge, FrameType.CHALLENGE, payload);
    ByteBuffer out = ByteBuffer.wrap(challenge, FrameHeader.BYTES, payload);
    out.put((byte) DialerOpening.VERSION).put(nonce);
    byte[] transcript = KeySchedule.transcript(hello, Arrays.copyOf(challenge, out.position()));
    out.put(keys.proof(transcript));
    openingKeys = keys.opening(KeySchedule.transcript(hello, challenge));
    return challenge.clone();
  }

  /**
   * Opens what the dialer asks for; from here on the dialer is proven, too.
   *
   * @param frame holds OPEN
   * @param frameBytes its length
   * @return the request, within its bounds
   * @throws TransferException {@link Code#CORRUPT} if the dialer does not know the secret, {@link
   *     Code#PROTOCOL} if the request makes no sense
   */
  public OpenRequest request(byte[] frame, int frameBytes) throws TransferException {
    FrameHeader.require(frame, frameBytes, FrameType.OPEN);
    open = Arrays.copyOf(frame, frameBytes);
    byte[] plain = Sealed.open(openingKeys.dialer(), frame, frameBytes);
    dialerProven = true;
    request = OpenRequest.decode(plain);
    return request;
  }

  /**
   * Whether the dialer has shown that it knows the secret; only then may it be told, sealed, why it
   * is refused.
   *
   * @return true once OPEN has verified
   */
  public boolean dialerProven() {
    return dialerProven;
  }

  /**
   * Accepts the request.
   *
   * @param acceptance where to start, and how large segments may be
   * @return ACCEPTED, and the keys of the transfer
   */
  public Accepted accept(Acceptance acceptance) {
    byte[] frame = Sealed.seal(openingKeys.listener(), FrameType.ACCEPTED, acceptance.encode());
    TransferKeys transferKeys =
        keys.transfer(KeySchedule.transcript(hello, challenge, open, frame));
    return new Accepted(frame, new Opened(request, acceptance, transferKeys));
  }

  /**
   * Refuses the request.
   *
   * @param reason code and message for the dialer
   * @return REFUSED, sealed
   */
  public byte[] refuse(TransferException reason) {
    return Sealed.seal(
        openingKeys.listener(),
        FrameType.REFUSED,
        WireCodes.encode(reason.code(), reason.getMessage()));
  }

  /**
   * An acceptance and what it leads to.
   *
   * @param frame ACCEPTED, to be sent
   * @param opened the open connection
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  public record Accepted(byte[] frame, Opened opened) {}
}
