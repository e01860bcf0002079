package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.DialerOpening;
import dev.outband.transport.wire.Opened;
import java.io.IOException;
import java.nio.channels.SelectionKey;

/**
 * The opening at the dialer's end: one attempt at one endpoint. If the listener proves itself and
 * accepts, a {@link SendingSession} takes over.
 */
final class DialerSession implements Session, ActiveTransmission.Attempt {

  private final DataPlane plane;
  private final Connection connection;
  private final ActiveTransmission transmission;
  private final DialerOpening opening;
  private final boolean warm;
  private boolean greeted;
  private boolean challenged;
  private TransferException failure;
  private boolean stale;
  private boolean unheard;

  DialerSession(
      DataPlane plane, Connection connection, ActiveTransmission transmission, boolean warm) {
    this.warm = warm;
    this.plane = plane;
    this.connection = connection;
    this.transmission = transmission;
    this.opening = transmission.newOpening();
  }

  @Override
  public void connected() {
    connection.interest(SelectionKey.OP_READ);
    transmission.proving();
    greeted = true;
    connection.send(opening.hello());
  }

  @Override
  public void received(byte[] frame, int frameBytes) throws TransferException {
    if (challenged) {
      accepted(opening.accepted(frame, frameBytes));
      return;
    }
    byte[] open = opening.open(frame, frameBytes, transmission.request());
    challenged = true;
    if (warm) {
      connection.deadlineIn(transmission.openingShareNs());
    }
    connection.send(open);
  }

  private void accepted(Opened opened) {
    SendingSession sending = new SendingSession(plane, connection, transmission, opened);
    connection.use(sending);
    sending.start();
  }

  @Override
  public void fail(TransferException why) {
    if (failure == null) {
      failure = why;
      connection.close();
    }
  }

  /**
   * The connection is of no use. One that was warm may just have outlived its other end, and tells
   * nothing of the endpoint.
   */
  private void drop(TransferException why) {
    stale = failure == null && warm && !challenged;
    fail(why);
  }

  /** The other end has ended the connection, or it broke. */
  private void shut(TransferException why) {
    unheard = failure == null && greeted && !challenged && connection.isBetweenFrames();
    drop(why);
  }

  @Override
  public void ended() {
    shut(
        new TransferException(
            Code.CONNECTION_LOST, "the listener closed the data connection before it was open"));
  }

  @Override
  public void lost(IOException why) {
    shut(new TransferException(Code.UNREACHABLE, String.valueOf(why.getMessage()), why));
  }

  @Override
  public void broken(TransferException why) {
    drop(why);
  }

  @Override
  public void overdue() {
    long limitNs = plane.settings().deadlines().openingNs();
    drop(new TransferException(Code.TIMEOUT, "no answer within " + limitNs / 1_000_000 + " ms"));
  }

  @Override
  public void abandoned(TransferException why) {
    fail(why);
  }

  @Override
  public void closed() {
    if (stale) {
      transmission.warmWasStale(failure);
    } else if (unheard) {
      transmission.attemptUnheard(failure);
    } else {
      transmission.attemptFailed(failure, challenged);
    }
  }
}
