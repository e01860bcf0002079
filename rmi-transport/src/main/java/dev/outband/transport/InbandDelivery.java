package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Payload;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.InbandProof;
import dev.outband.transport.wire.OpenRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Brings the bytes that ride in a confirmation into the sink of their reception, on the thread that
 * has the confirmation.
 */
final class InbandDelivery implements ActiveReception.Driver {

  /** What never blocks writes to no channel, and uses no buffer on the way. */
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private final DataPlane plane;
  private final ActiveReception reception;
  private volatile TransferException ended;

  InbandDelivery(DataPlane plane, ActiveReception reception) {
    this.plane = plane;
    this.reception = reception;
  }

  /** Fails the reception if the confirmation is not for it; throws nothing. */
  void deliver(Confirmation confirmation) {
    Payload payload = confirmation.payload();
    OpenRequest request =
        InbandTransmission.request(
            UUID.randomUUID(),
            confirmation.bytes(),
            confirmation.offset(),
            confirmation.contentTag());
    String digest;
    try {
      digest = proven(confirmation, request).digest();
    } catch (TransferException e) {
      reception.end(e);
      return;
    }
    if (reception.claim(this, request)) {
      reception.delivering(confirmation, System.nanoTime());
      fill(payload, digest);
    }
  }

  private InbandProof proven(Confirmation confirmation, OpenRequest request)
      throws TransferException {
    Ticket ticket = reception.stub().ticket();
    int most = reception.sink.takesInband() ? plane.settings().inbandBytes() : 0;
    int length = confirmation.payload().length();
    if (length > most) {
      throw new TransferException(
          Code.LIMIT_EXCEEDED,
          "bytes in a confirmation must be at most " + most + ", not " + length,
          ticket.id(),
          null);
    }
    if (most == 0) {
      throw new TransferException(
          Code.PROTOCOL, "an object in the confirmation was not asked for", ticket.id(), null);
    }
    InbandProof proof =
        InbandProof.of(ticket.secret(), ticket.id(), request, confirmation.payload());
    if (!confirmation.transferId().equals(ticket.id())
        || !proof.isBoundBy(confirmation.binding())) {
      throw new TransferException(
          Code.NOT_PROVEN, "the confirmation is of another reception", ticket.id(), null);
    }
    Floors.requireConfirmed(confirmation.protection(), request.protection(), ticket);
    Tickets.require(ticket, request, plane.settings().floor());
    return proof;
  }

  private void fill(Payload payload, String digest) {
    Sink sink = reception.sink;
    try {
      sink.open(plane.threads().blocking());
      write(sink, payload);
      reception.verified(payload.length());
      if (ended != null) {
        throw ended;
      }
      sink.commit();
    } catch (IOException | RuntimeException | TransferException e) {
      drop(sink, e instanceof TransferException why ? why : Failures.ofSink(e));
      return;
    }
    long nowNs = System.nanoTime();
    reception.completed(digest, nowNs, nowNs);
  }

  private static void write(Sink sink, Payload payload) throws IOException {
    ByteBuffer content = payload.view();
    int piece = sink.mayBlock() ? InbandTransmission.PIECE_BYTES : Payload.MAX_BYTES;
    ByteBuffer through =
        sink.mayBlock() ? ByteBuffer.allocate(Math.min(payload.length(), piece)) : NONE;
    for (int from = 0; from < payload.length(); from += piece) {
      sink.write(content.limit(Math.min(payload.length(), from + piece)).position(from), through);
    }
  }

  private void drop(Sink sink, TransferException why) {
    try {
      sink.drop();
    } catch (IOException e) {
      why.addSuppressed(e);
    }
    reception.failed(why);
  }

  @Override
  public void end(TransferException why) {
    ended = why;
  }
}
