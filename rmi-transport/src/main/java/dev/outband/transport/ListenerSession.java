package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.security.AuditLine;
import dev.outband.transport.wire.ListenerOpening;
import dev.outband.transport.wire.OpenRequest;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The opening at the listener's end: which ticket a dialer names, whether it knows the secret, and
 * whether what it asks for may be. Then a {@link ReceivingSession} takes over.
 */
final class ListenerSession implements Session, WaitingConnections.Waiting {

  private static final Logger LOG = LoggerFactory.getLogger(ListenerSession.class);

  private enum Stage {
    WARM,
    HELLO,
    OPEN,
    OVER
  }

  private final DataPlane plane;
  private final Connection connection;
  private Stage stage;
  private boolean counted;
  private long limitNs;
  private ActiveReception candidate;
  private ListenerOpening opening;

  private ListenerSession(DataPlane plane, Connection connection, Stage stage) {
    this.plane = plane;
    this.connection = connection;
    this.stage = stage;
  }

  /** On a connection that was accepted just now, for the caller to put among the strangers. */
  static ListenerSession first(DataPlane plane, Connection connection) {
    ListenerSession session = new ListenerSession(plane, connection, Stage.HELLO);
    connection.use(session);
    return session;
  }

  void start() throws IOException {
    within(plane.settings().deadlines().helloNs());
    connection.accepted();
  }

  /** On a connection that has brought a transfer to its receipt and may bring another one. */
  static void again(DataPlane plane, Connection connection) {
    ListenerSession session = new ListenerSession(plane, connection, Stage.WARM);
    if (connection.isClosed() || !plane.warmAccepted().add(session)) {
      connection.endGently(plane.settings().deadlines().lingerNs());
      return;
    }
    connection.use(session);
    connection.deadlineIn(plane.settings().deadlines().warmListenerNs());
    connection.resumeReading();
  }

  @Override
  public Connection connection() {
    return connection;
  }

  @Override
  public void received(byte[] frame, int frameBytes) throws TransferException {
    switch (stage) {
      case WARM -> helloAgain(frame, frameBytes);
      case HELLO -> hello(frame, frameBytes);
      case OPEN -> open(frame, frameBytes);
      case OVER -> throw new TransferException(Code.PROTOCOL, "a frame came while none was due");
    }
  }

  /** From now on it is a stranger again. */
  private void helloAgain(byte[] frame, int frameBytes) throws TransferException {
    stage = Stage.HELLO;
    if (plane.warmAccepted().remove(this) && plane.unproven().add(this)) {
      hello(frame, frameBytes);
    } else {
      giveUpPlace();
    }
  }

  private void giveUpPlace() {
    LOG.debug("no place for a data connection, peer={}", connection.peer());
    stage = Stage.OVER;
    connection.close();
  }

  private void hello(byte[] frame, int frameBytes) throws TransferException {
    try {
      candidate = plane.registry().find(ListenerOpening.lookup(frame, frameBytes));
    } catch (TransferException e) {
      refuseInClear(e);
      return;
    }
    if (candidate == null) {
      refuseInClear(new TransferException(Code.UNKNOWN_TICKET, "no such ticket"));
      return;
    }
    if (!plane.unproven().named(this)) {
      giveUpPlace();
      return;
    }
    counted = true;
    opening = new ListenerOpening(candidate.stub().ticket().secret(), frame, frameBytes);
    stage = Stage.OPEN;
    byte[] challenge = opening.challenge(plane.random());
    // From now on, not from when HELLO came: in a fresh JVM on a busy machine the answer takes a
    // while.
    connection.loop.refreshNow();
    within(plane.settings().deadlines().openNs());
    connection.send(challenge);
  }

  private void open(byte[] frame, int frameBytes) throws TransferException {
    ReceivingSession receiving;
    try {
      OpenRequest request = opening.request(frame, frameBytes);
      Tickets.require(candidate.stub().ticket(), request, plane.settings().floor());
      receiving = new ReceivingSession(plane, connection, candidate, opening, request);
      if (!candidate.claim(receiving, request)) {
        if (candidate.isServing(request)) {
          uncount();
          FurtherSession.start(plane, connection, candidate, opening, request);
          return;
        }
        throw candidate.hasExpiredUnopened()
            ? plane.registry().expired()
            : new TransferException(Code.UNKNOWN_TICKET, "the ticket has been used");
      }
    } catch (TransferException e) {
      if (!opening.dialerProven()) {
        throw e;
      }
      refuse(e);
      return;
    }
    uncount();
    connection.use(receiving);
    receiving.start();
  }

  private void refuse(TransferException why) {
    LOG.warn(
        "refused, transfer={}, peer={}, reason={}",
        candidate.id(),
        connection.peer(),
        why.getMessage());
    AuditLine.deny("transfer")
        .address(connection.address())
        .transfer(candidate.id())
        .reason(why.getMessage())
        .write();
    stage = Stage.OVER;
    connection.send(opening.refuse(why));
    connection.endGently(plane.settings().deadlines().lingerNs());
  }

  private void refuseInClear(TransferException why) {
    logNotOpened(why);
    stage = Stage.OVER;
    connection.send(ListenerOpening.refuseInClear(why.code()));
    connection.endGently(plane.settings().deadlines().lingerNs());
  }

  private void fail(TransferException why) {
    if (stage == Stage.WARM) {
      endWarm(why);
    } else if (stage != Stage.OVER) {
      logNotOpened(why);
      stage = Stage.OVER;
      connection.close();
    }
  }

  /** Not at once where bytes have come: that could take the receipt from the other end. */
  private void endWarm(TransferException why) {
    LOG.debug(
        "a warm data connection ends, peer={}, reason={}", connection.peer(), why.getMessage());
    stage = Stage.OVER;
    if (why.code() == Code.PROTOCOL) {
      connection.endGently(plane.settings().deadlines().lingerNs());
    } else {
      connection.close();
    }
  }

  private void logNotOpened(TransferException why) {
    LOG.info(
        "not opened, peer={}, code={}, reason={}", connection.peer(), why.code(), why.getMessage());
  }

  @Override
  public void ended() {
    fail(new TransferException(Code.TRUNCATED, "the dialer closed the connection"));
  }

  @Override
  public void lost(IOException why) {
    connection.close();
    fail(Failures.ofConnection(why));
  }

  @Override
  public void broken(TransferException why) {
    fail(why);
  }

  @Override
  public void overdue() {
    fail(
        new TransferException(
            Code.TIMEOUT,
            (stage == Stage.OPEN ? "not opened" : "no HELLO")
                + " within "
                + limitNs / 1_000_000
                + " ms"));
  }

  @Override
  public void abandoned(TransferException why) {
    connection.close();
    fail(why);
  }

  @Override
  public void closed() {
    plane.warmAccepted().forget(this);
    plane.unproven().forget(this);
    uncount();
  }

  /**
   * Sets how long the dialer may take now: as long as an opening may take, or the shorter time once
   * many dialers are there that have proven nothing.
   */
  private void within(long crowdedNs) {
    long openingNs = plane.settings().deadlines().openingNs();
    limitNs = plane.unproven().isCrowded() ? Math.min(crowdedNs, openingNs) : openingNs;
    connection.deadlineIn(limitNs);
  }

  private void uncount() {
    if (counted) {
      counted = false;
      plane.unproven().opened();
    }
  }
}
