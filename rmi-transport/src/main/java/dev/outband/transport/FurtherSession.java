package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.Acceptance;
import dev.outband.transport.wire.AesGcm;
import dev.outband.transport.wire.ListenerOpening;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.Opened;
import dev.outband.transport.wire.Outcome;
import dev.outband.transport.wire.SegmentOpener;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The receiver's end of a further connection of a transmission whose reception has one already. The
 * transmitter either ends the object here, because its word would have to wait behind bytes that
 * the receiver does not take; or it has given up the other connection before this end noticed that
 * it is lost.
 */
final class FurtherSession implements SideSession {

  private static final Logger LOG = LoggerFactory.getLogger(FurtherSession.class);

  private final Connection connection;
  private final ActiveReception reception;
  private final long lingerNs;
  private final Opened opened;
  private final SegmentOpener segments;
  private boolean over;

  private FurtherSession(
      Connection connection, ActiveReception reception, long lingerNs, Opened opened) {
    this.connection = connection;
    this.reception = reception;
    this.lingerNs = lingerNs;
    this.opened = opened;
    this.segments = opened.keys().opener(AesGcm.JDK);
  }

  /** Accepts; whatever comes next decides what the connection is for. */
  static void start(
      DataPlane plane,
      Connection connection,
      ActiveReception reception,
      ListenerOpening opening,
      OpenRequest request) {
    int segmentBytes = Math.min(request.segmentBytes(), plane.settings().segmentBytes());
    ListenerOpening.Accepted accepted =
        opening.accept(new Acceptance(request.offset() + reception.bytes(), segmentBytes));
    Settings.Deadlines deadlines = plane.settings().deadlines();
    connection.use(
        new FurtherSession(connection, reception, deadlines.lingerNs(), accepted.opened()));
    connection.deadlineIn(deadlines.openNs());
    connection.send(accepted.frame());
  }

  @Override
  public int maxSegmentBytes() {
    return opened.acceptance().segmentBytes();
  }

  @Override
  public void received(byte[] frame, int frameBytes) throws TransferException {
    try {
      int bytes = segments.open(frame, frameBytes, connection.loop.scratch().plain);
      LOG.debug("a segment on a further connection, transfer={}, bytes={}", id(), bytes);
    } catch (TransferException e) {
      if (segments.aborted()) {
        reception.end(e);
        answer(e);
        return;
      }
      throw e;
    }
    givenUp();
  }

  @Override
  public boolean receivedClear(byte[] header, ByteBuffer in) {
    givenUp();
    return false;
  }

  /** The transmitter goes on here, so it will not go on there; it finds the place at once. */
  private void givenUp() {
    TransferException lost =
        new TransferException(Code.CONNECTION_LOST, "the transmitter opened another connection");
    reception.lost(lost);
    answer(lost);
  }

  private void answer(TransferException why) {
    if (!over) {
      over = true;
      Outcome outcome = new Outcome(reception.bytes(), segments.digest(), why);
      connection.send(opened.keys().sealReceipt(outcome));
      connection.endGently(lingerNs);
    }
  }

  @Override
  public void end(String why) {
    if (!over) {
      over = true;
      LOG.info("nothing came of a further connection, transfer={}, reason={}", id(), why);
      connection.close();
    }
  }

  private UUID id() {
    return reception.id();
  }

  @Override
  public void overdue() {
    end("no word came");
  }
}
