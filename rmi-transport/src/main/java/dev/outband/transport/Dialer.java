package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Direction;
import dev.outband.api.Endpoint;
import dev.outband.api.FurtherStream;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.FurtherTicket;
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
  public Transmission send(Source source, ReceptionObject reception, long bytesPerSecond, long most)
      throws TransferException {
    boolean isTaken = false;
    try {
      ReceptionStub stub = opened(source, reception);
      if (spreads(stub, source)) {
        isTaken = true;
        return inStripes(source, stub, bytesPerSecond, most);
      }
      Ticket ticket = Tickets.require(stub.ticket(), source, most);
      if (bytesPerSecond == Long.MAX_VALUE && InbandTransmission.suits(stub, source)) {
        plane.requireOpen(ticket);
        return InbandTransmission.of(stub, source);
      }
      List<ActiveTransmission.Candidate> candidates = admitted(stub);
      isTaken = true;
      return dialed(ticket, source, candidates, bytesPerSecond, false);
    } finally {
      if (!isTaken) {
        source.close();
      }
    }
  }

  /** Whether the stub's further streams are used: those of an object that began in stripes are. */
  private boolean spreads(ReceptionStub stub, Source source) throws TransferException {
    if (stub.further().isEmpty()) {
      return false;
    }
    int most = plane.settings().streams();
    if (stub.ticket().streams() == 1) {
      return stub.further().get(0).streams() <= most
          && source.length() >= Tickets.SPREAD_FROM_BYTES
          && StripedSource.isDivisible(source)
          && plane.hasIdleLoops();
    }
    if (1 + stub.further().size() > most) {
      throw new TransferException(
          Code.NOT_RESUMABLE,
          "streams from one call must be at most " + most,
          stub.ticket().id(),
          null);
    }
    return true;
  }

  private static List<Ticket> tickets(ReceptionStub stub) {
    List<Ticket> tickets = new ArrayList<>();
    tickets.add(stub.ticket().forStream(stub.ticket().stream(), stub.further().get(0).streams()));
    for (FurtherStream stream : stub.further()) {
      tickets.add(FurtherTicket.of(stub.ticket(), stream));
    }
    return tickets;
  }

  /** Takes the source, also if it throws. */
  private Transmission inStripes(Source source, ReceptionStub stub, long bytesPerSecond, long most)
      throws TransferException {
    List<Ticket> tickets = tickets(stub);
    List<Source> holds = StripedSource.ofOpen(source, tickets.size());
    List<ActiveTransmission> stripes = new ArrayList<>();
    long each = StripedTransfer.share(bytesPerSecond, tickets.size());
    boolean complete = false;
    try {
      Tickets.require(tickets, holds.get(0), most);
      List<ActiveTransmission.Candidate> good = admitted(stub);
      // One after the other: the receiver expects the others when the first has come. And none
      // sends before all are proven: what a call has sent that failed in the end, nobody counts.
      for (Ticket ticket : tickets) {
        Source hold = holds.get(stripes.size());
        ActiveTransmission stripe = dialed(ticket, hold, good, each, true);
        stripes.add(stripe);
        Endpoint opened = stripe.confirmation().endpoint();
        good = good.stream().filter(one -> one.endpoint().equals(opened)).toList();
      }
      stripes.forEach(ActiveTransmission::release);
      complete = true;
      return StripedTransmission.of(stripes);
    } finally {
      if (!complete) {
        stripes.forEach(stripe -> stripe.cancel("another stripe did not start"));
        holds.subList(stripes.size(), holds.size()).forEach(Source::close);
      }
    }
  }

  /** Takes the source, also if it throws. */
  private ActiveTransmission dialed(
      Ticket ticket,
      Source source,
      List<ActiveTransmission.Candidate> candidates,
      long bytesPerSecond,
      boolean isHeld)
      throws TransferException {
    boolean launched = false;
    try {
      ActiveTransmission transmission =
          plane.launch(ticket, source, candidates, bytesPerSecond, isHeld);
      launched = true;
      awaitProof(transmission);
      return transmission;
    } finally {
      if (!launched) {
        source.close();
      }
    }
  }

  /** Opens the source, if it may be sent to where the stub says. */
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
