package dev.outband.transport;

import dev.outband.api.Confirmation;
import dev.outband.api.Mode;
import dev.outband.api.Payload;
import dev.outband.api.Protection;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.InbandProof;
import dev.outband.transport.wire.OpenRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The transmission of an object that rides in its confirmation: over as soon as it is made. */
final class InbandTransmission implements Transmission {

  /**
   * As much is read or written at once: the JDK moves it through a direct buffer of that length,
   * which it keeps for as long as the thread lives.
   */
  static final int PIECE_BYTES = 32 << 10;

  private final Confirmation confirmation;
  private final Receipt receipt;

  private InbandTransmission(Confirmation confirmation, Receipt receipt) {
    this.confirmation = confirmation;
    this.receipt = receipt;
  }

  /** Whether the object is short enough for what the stub's issuer takes in the reply. */
  static boolean suits(ReceptionStub stub, Source source) {
    long length = source.length();
    return stub.inbandBytes() > 0
        && length != Confirmation.UNKNOWN_LENGTH
        && length - stub.ticket().offset() <= stub.inbandBytes();
  }

  /** Reads the source, on this thread; the source is open, suits, and fits the ticket. */
  static InbandTransmission of(ReceptionStub stub, Source source) throws TransferException {
    long startNs = System.nanoTime();
    Ticket ticket = stub.ticket();
    Payload payload = read(source, ticket);
    OpenRequest request =
        request(ticket.id(), source.length(), ticket.offset(), source.contentTag());
    InbandProof proof = InbandProof.of(ticket.secret(), ticket.id(), request, payload);
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
    return new InbandTransmission(confirmation, handedOver);
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

  private static Payload read(Source source, Ticket ticket) throws TransferException {
    try {
      return Payload.filled(
          Math.toIntExact(source.length() - ticket.offset()),
          bytes -> {
            int end = bytes.limit();
            while (bytes.position() < end) {
              bytes.limit(Math.min(end, bytes.position() + PIECE_BYTES));
              source.read(ticket.offset() + bytes.position(), bytes);
            }
          });
    } catch (IOException e) {
      throw Failures.ofSource(e);
    }
  }

  @Override
  public Confirmation confirmation() {
    return confirmation;
  }

  @Override
  public Receipt await() {
    return receipt;
  }

  @Override
  public CompletionStage<Receipt> receipt() {
    return CompletableFuture.completedStage(receipt);
  }

  @Override
  public UUID id() {
    return receipt.transferId();
  }

  @Override
  public long bytes() {
    return receipt.movedBytes();
  }

  @Override
  public long totalBytes() {
    return receipt.movedBytes();
  }

  @Override
  public void limitRate(long bytesPerSecond) {}

  @Override
  public void cancel(String reason) {}
}
