package dev.outband.transport;

import dev.outband.api.TransferException;
import dev.outband.transport.wire.AesGcm;
import dev.outband.transport.wire.DialerOpening;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.Opened;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A further connection of a transmission that carries nothing but its end: on the first one ABORT
 * waits behind bytes that the receiver does not take.
 */
final class AbortSession implements SideSession {

  private static final Logger LOG = LoggerFactory.getLogger(AbortSession.class);

  private static final long LIMIT_NS = 5_000_000_000L;

  private enum Stage {
    CHALLENGE,
    ACCEPTED,
    RECEIPT
  }

  private final Connection connection;
  private final DialerOpening opening;
  private final OpenRequest request;
  private final TransferException why;
  private final Runnable heard;
  private Stage stage = Stage.CHALLENGE;

  private AbortSession(
      Connection connection,
      DialerOpening opening,
      OpenRequest request,
      TransferException why,
      Runnable heard) {
    this.connection = connection;
    this.opening = opening;
    this.request = request;
    this.why = why;
    this.heard = heard;
  }

  /**
   * Tells the receiver of a transmission that it ends. It is told once; what goes wrong is logged
   * and no more.
   *
   * @param heard runs when the receiver has heard it
   */
  static void tell(
      EventLoop loop,
      InetSocketAddress endpoint,
      ActiveTransmission transmission,
      TransferException why,
      Runnable heard) {
    try {
      Connection connection = ActiveTransmission.toDial(loop);
      connection.deadlineIn(LIMIT_NS);
      DialerOpening opening = transmission.newOpening();
      connection.dial(
          endpoint, new AbortSession(connection, opening, transmission.request(), why, heard));
    } catch (IOException e) {
      LOG.info("the receiver could not be told of an end, reason={}", e.toString());
    }
  }

  @Override
  public void connected() {
    connection.interest(SelectionKey.OP_READ);
    connection.send(opening.hello());
  }

  @Override
  public void received(byte[] frame, int frameBytes) throws TransferException {
    switch (stage) {
      case CHALLENGE -> {
        stage = Stage.ACCEPTED;
        connection.send(opening.open(frame, frameBytes, request));
      }
      case ACCEPTED -> {
        stage = Stage.RECEIPT;
        Opened opened = opening.accepted(frame, frameBytes);
        ByteBuffer abort = opened.keys().sealer(AesGcm.JDK).abort(why);
        byte[] word = new byte[abort.remaining()];
        abort.get(word);
        connection.send(word);
      }
      case RECEIPT -> {
        connection.close();
        heard.run();
      }
    }
  }

  @Override
  public void end(String reason) {
    if (!connection.isClosed()) {
      LOG.info("the receiver was not told of an end, stage={}, reason={}", stage, reason);
      connection.close();
    }
  }

  @Override
  public void overdue() {
    end("no answer");
  }
}
