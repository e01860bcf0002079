package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Mode;
import dev.outband.api.Payload;
import dev.outband.api.Protection;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.security.BytesAhead;
import dev.outband.transport.wire.InbandProof;
import dev.outband.transport.wire.OpenRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.zip.CRC32C;

/**
 * The transmission of an object that goes with the reply to the call: in the confirmation if it is
 * very short, else ahead of it. Over as soon as it is made.
 */
final class InbandTransmission implements Transmission {

  private final Confirmation confirmation;
  private final Receipt handedOver;

  /** Null if all went. */
  private final TransferException failure;

  private InbandTransmission(
      Confirmation confirmation, Receipt handedOver, TransferException failure) {
    this.confirmation = confirmation;
    this.handedOver = handedOver;
    this.failure = failure;
  }

  /**
   * Whether the object is short enough for what the stub's issuer takes with the reply, and this
   * thread can send it so.
   */
  static boolean suits(ReceptionStub stub, Source source) {
    long length = source.length();
    long carried = length - stub.ticket().offset();
    return stub.inbandBytes() > 0
        && length != Confirmation.UNKNOWN_LENGTH
        && carried <= stub.inbandBytes()
        && (carried <= Payload.MAX_BYTES || BytesAhead.areServed());
  }

  /**
   * Reads the source, on this thread; the source is open, suits, and fits the ticket. Blocks while
   * the caller does not read what goes ahead. If the caller's connection fails then, it is the
   * transmission that has failed, since the caller has part of the bytes.
   */
  static InbandTransmission of(ReceptionStub stub, Source source) throws TransferException {
    long startNs = System.nanoTime();
    Ticket ticket = stub.ticket();
    int length = Math.toIntExact(source.length() - ticket.offset());
    Feed feed = new Feed(source, ticket.offset());
    Payload payload = Payload.NONE;
    TransferException failure = null;
    if (length <= Payload.MAX_BYTES) {
      payload = feed.payload(length);
    } else {
      failure = feed.sendAhead(ticket, length);
    }
    OpenRequest request =
        request(ticket.id(), source.length(), ticket.offset(), source.contentTag());
    InbandProof proof = InbandProof.of(ticket.secret(), ticket.id(), request, feed.checksum());
    Confirmation confirmation =
        new Confirmation(
            ticket.id(),
            Mode.INBAND,
            request.protection(),
            request.bytes(),
            request.offset(),
            request.contentTag(),
            stub.endpoints().get(0),
            proof.binding(),
            payload);
    Receipt handedOver =
        new Receipt(
            ticket.id(),
            request.bytes(),
            request.offset(),
            proof.digest(),
            Duration.ofNanos(System.nanoTime() - startNs),
            Mode.INBAND,
            request.protection());
    return new InbandTransmission(confirmation, handedOver, failure);
  }

  /**
   * What a dialer would have asked for; TLS seals the call, so no floor is above it.
   *
   * @param transmission drawn anew where it is to be told from all others
   */
  static OpenRequest request(UUID transmission, long bytes, long offset, String contentTag) {
    return OpenRequest.toListener(
        Protection.PRIVACY,
        bytes,
        offset,
        transmission,
        DataPlaneBuilder.SEGMENT_BYTES,
        contentTag);
  }

  /** That of all bytes from the buffer's position to its limit. */
  static int crc32c(ByteBuffer bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return (int) checksum.getValue();
  }

  /** What the source has from some place on, and its checksum. */
  private static final class Feed {
    private final Source source;
    private final CRC32C checksum = new CRC32C();
    private long position;

    Feed(Source source, long position) {
      this.source = source;
      this.position = position;
    }

    Payload payload(int length) throws TransferException {
      byte[] bytes = new byte[length];
      fill(ByteBuffer.wrap(bytes));
      return new Payload(bytes);
    }

    /** What went wrong with the connection, or null. */
    TransferException sendAhead(Ticket ticket, int length) throws TransferException {
      try {
        BytesAhead.send(ticket.id(), length, this::fill);
        return null;
      } catch (IOException e) {
        return new TransferException(
            Code.CONNECTION_LOST, "the caller's connection failed", ticket.id(), e);
      }
    }

    private void fill(ByteBuffer into) throws TransferException {
      try {
        while (into.hasRemaining()) {
          source.read(position + into.position(), into);
        }
      } catch (IOException e) {
        throw Failures.ofSource(e);
      }
      position += into.position();
      checksum.update(into.flip());
    }

    int checksum() {
      return (int) checksum.getValue();
    }
  }

  @Override
  public Confirmation confirmation() {
    return confirmation;
  }

  @Override
  public Receipt await() throws TransferException {
    if (failure != null) {
      throw failure;
    }
    return handedOver;
  }

  @Override
  public CompletionStage<Receipt> receipt() {
    return failure == null
        ? CompletableFuture.completedStage(handedOver)
        : CompletableFuture.failedStage(failure);
  }

  @Override
  public UUID id() {
    return handedOver.transferId();
  }

  @Override
  public long bytes() {
    return handedOver.movedBytes();
  }

  @Override
  public long totalBytes() {
    return handedOver.movedBytes();
  }

  @Override
  public void limitRate(long bytesPerSecond) {}

  @Override
  public void cancel(String reason) {}
}
