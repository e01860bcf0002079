package dev.outband.transport.wire;

import dev.outband.api.Code;
import java.util.HexFormat;

/**
 * What both ends hold when a data connection is open: it makes the sealer, the opener and the
 * receipts of this one transfer. Prints nothing secret.
 */
public final class TransferKeys {

  private final byte[] segmentKey;
  private final byte[] segmentPrefix;
  private final KeySchedule.OneFrameKey receiptKey;
  private final byte[] binding;
  private boolean sealing;

  TransferKeys(
      byte[] segmentKey, byte[] segmentPrefix, KeySchedule.OneFrameKey receiptKey, byte[] binding) {
    this.segmentKey = segmentKey;
    this.segmentPrefix = segmentPrefix;
    this.receiptKey = receiptKey;
    this.binding = binding;
  }

  /**
   * What a confirmation carries to show that it speaks of this connection.
   *
   * @return 64 hexadecimal digits; not secret
   */
  public String binding() {
    return HexFormat.of().formatHex(binding);
  }

  /**
   * The transmitter's half.
   *
   * @param aes seals
   * @return the one sealer
   * @throws IllegalStateException if it was asked for before: a second one would use the same
   *     nonces again
   */
  public SegmentSealer sealer(AesGcm aes) {
    if (sealing) {
      throw new IllegalStateException("these keys have their sealer");
    }
    sealing = true;
    return new SegmentSealer(aes, segmentKey, segmentPrefix);
  }

  /**
   * The receiver's half.
   *
   * @param aes opens
   * @return a new opener
   */
  public SegmentOpener opener(AesGcm aes) {
    return new SegmentOpener(aes, segmentKey, segmentPrefix);
  }

  /**
   * Seals the receipt.
   *
   * @param outcome how the transfer ended
   * @return the frame
   * @throws IllegalStateException at the second call: the key is for one frame
   */
  public byte[] sealReceipt(Outcome outcome) {
    return Sealed.seal(receiptKey, FrameType.RECEIPT, outcome.encode());
  }

  /**
   * Opens the receipt.
   *
   * @param frame holds the frame
   * @param frameBytes its length
   * @return how the transfer ended
   * @throws dev.outband.api.TransferException {@link Code#CORRUPT} or {@link Code#PROTOCOL} if it
   *     is not a receipt of this connection
   */
  public Outcome openReceipt(byte[] frame, int frameBytes)
      throws dev.outband.api.TransferException {
    FrameHeader.require(frame, frameBytes, FrameType.RECEIPT);
    return Outcome.decode(Sealed.open(receiptKey, frame, frameBytes));
  }
}
