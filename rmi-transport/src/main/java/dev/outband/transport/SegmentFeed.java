package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Protection;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.AesGcm;
import dev.outband.transport.wire.FrameHeader;
import dev.outband.transport.wire.Opened;
import dev.outband.transport.wire.SegmentSealer;
import dev.outband.transport.wire.Stripe;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Takes an object, or a stripe of one, from its source and makes the frames of one connection of
 * it, in order. Confined to the loop's thread.
 */
final class SegmentFeed {

  private final Source source;
  private final Stripe stripe;
  private final SegmentSealer sealer;
  private final long byteLimit;
  private final int segmentBytes;
  private final boolean clear;
  private long position;

  /**
   * Makes the feed of one connection.
   *
   * @param byteLimit where the object must have ended; one of unknown length may be longer
   */
  SegmentFeed(Source source, Opened opened, AesGcm aes, long byteLimit) {
    this.byteLimit = byteLimit;
    this.source = source;
    this.stripe = opened.request().stripe();
    this.sealer = opened.keys().sealer(aes);
    this.segmentBytes = opened.acceptance().segmentBytes();
    this.clear = opened.request().protection() == Protection.AUTHENTICATION;
    this.position = opened.acceptance().offset();
  }

  /** How many bytes of the stripe the next frame takes at most. */
  int wanted() {
    return stripe.bytes() < 0
        ? segmentBytes
        : (int) Math.min(stripe.bytes() - position, segmentBytes);
  }

  /** Up to where in the stripe frames have been made. */
  long position() {
    return position;
  }

  /** Whether the last frame, or an abort, has been made. */
  boolean ended() {
    return sealer.ended();
  }

  String digest() {
    return sealer.digest();
  }

  /** The frame that ends the object before its end. */
  byte[] abort(TransferException why) throws TransferException {
    ByteBuffer abort = sealer.abort(why);
    byte[] frame = new byte[abort.remaining()];
    abort.get(frame);
    return frame;
  }

  /**
   * Makes the next frame.
   *
   * @param allowed how many bytes of the object it may take, at most {@link #wanted()}
   * @param out cleared, takes the frame, and is flipped then
   * @return false if the source has nothing for one now
   */
  boolean next(int allowed, Scratch scratch, ByteBuffer out) throws TransferException {
    // No buffer of its own on the way: the fewer a segment goes through, the more of them the
    // processor's cache holds.
    out.position(FrameHeader.BYTES).limit(FrameHeader.BYTES + allowed);
    int read = read(out);
    if (read == 0 && allowed > 0) {
      return false;
    }
    if (clear) {
      finishClear(read, scratch, out);
    } else {
      finishSealed(read, scratch, out);
    }
    return true;
  }

  private void finishSealed(int read, Scratch scratch, ByteBuffer out) throws TransferException {
    int count = Math.max(0, read);
    out.get(FrameHeader.BYTES, scratch.plain, 0, count);
    int frameBytes = sealer.seal(scratch.plain, count, isLast(read), scratch.frame);
    out.clear().put(scratch.frame, 0, frameBytes).flip();
    position += count;
  }

  private void finishClear(int read, Scratch scratch, ByteBuffer out) throws TransferException {
    boolean last = isLast(read);
    out.limit(out.capacity());
    if (read > 0) {
      sealer.clear(out);
      position += read;
    } else {
      out.position(0);
    }
    if (last) {
      out.put(scratch.frame, 0, sealer.lastOfClear(scratch.frame));
    }
    out.flip();
  }

  private boolean isLast(int read) {
    return read == Source.END || position + read == stripe.bytes();
  }

  /** Fills the buffer from the source, or finds that it has nothing now. */
  private int read(ByteBuffer into) throws TransferException {
    if (!into.hasRemaining()) {
      return 0;
    }
    int read;
    try {
      read = source.read(stripe.start() + position, into);
    } catch (IOException e) {
      throw Failures.ofSource(e);
    }
    if (read > byteLimit - stripe.start() - position) {
      throw new TransferException(
          Code.LIMIT_EXCEEDED, "bytes must be at most " + byteLimit + ", and the source has more");
    }
    return read;
  }
}
