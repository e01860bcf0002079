package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Direction;
import dev.outband.api.Endpoint;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the endpoint policy, then has an event loop dial what it admits, and waits until both ends
 * are proven.
 */
final class Dialer implements Transmitter {

  private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);

  private final DataPlane plane;
  private final Supplier<List<InetAddress>> peers;

  Dialer(DataPlane plane, Supplier<List<InetAddress>> peers) {
    this.plane = plane;
    this.peers = peers;
  }

  @Override
  public Transmission send(Source source, ReceptionObject reception, long bytesPerSecond)
      throws TransferException {
    boolean dialed = false;
    try {
      ReceptionStub stub = opened(source, reception);
      if (bytesPerSecond == Long.MAX_VALUE && InbandTransmission.suits(stub, source)) {
        plane.requireOpen(stub.ticket());
        return InbandTransmission.of(stub, source);
      }
      ActiveTransmission transmission =
          plane.launch(stub.ticket(), source, admitted(stub), bytesPerSecond);
      dialed = true;
      awaitProof(transmission);
      return transmission;
    } finally {
      if (!dialed) {
        source.close();
      }
    }
  }

  /** Opens the source and checks that it may be sent to where the stub says. */
  private ReceptionStub opened(Source source, ReceptionObject reception) throws TransferException {
    if (!(reception instanceof ReceptionStub stub)) {
      throw new TransferException(Code.FORBIDDEN, "a reception must be a stub that Outband made");
    }
    Ticket ticket = stub.ticket();
    if (ticket.direction() != Direction.TO_LISTENER) {
      throw new TransferException(
          Code.FORBIDDEN, "the ticket is for " + ticket.direction(), ticket.id(), null);
    }
    source.open(plane.threads().blocking());
    Tickets.require(ticket, source);
    return stub;
  }

  private List<ActiveTransmission.Candidate> admitted(ReceptionStub stub) throws TransferException {
    List<ActiveTransmission.Candidate> candidates = new ArrayList<>();
    TransferException refusal = null;
    for (InetAddress peer : peers.get()) {
      for (Endpoint endpoint : stub.endpoints()) {
        try {
          var address = plane.settings().endpointPolicy().admit(endpoint, peer);
          if (candidates.stream().noneMatch(known -> known.address().equals(address))) {
            candidates.add(new ActiveTransmission.Candidate(endpoint, address));
          }
        } catch (TransferException e) {
          LOG.warn(
              "endpoint not dialed, transfer={}, endpoint={}, reason={}",
              stub.ticket().id(),
              endpoint,
              e.getMessage());
          refusal = e;
        }
      }
    }
    if (!candidates.isEmpty()) {
      return candidates;
    }
    if (refusal == null) {
      throw new TransferException(Code.UNREACHABLE, "no peer to dial", stub.ticket().id(), null);
    }
    throw new TransferException(refusal.code(), refusal.getMessage(), stub.ticket().id(), refusal);
  }

  private static void awaitProof(ActiveTransmission transmission) throws TransferException {
    try {
      Confirmation unused = transmission.confirmed().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TransferException failure) {
        throw new TransferException(
            failure.code(), failure.getMessage(), transmission.id(), failure);
      }
      throw new TransferException(
          Code.INTERNAL, "the transmission failed", transmission.id(), e.getCause());
    } catch (InterruptedException e) {
      transmission.cancel("the calling thread was interrupted");
      Thread.currentThread().interrupt();
      throw new TransferException(
          Code.CANCELLED, "interrupted while the data connection opened", transmission.id(), e);
    }
  }
}
