package dev.outband.transport;

import dev.outband.api.Confirmation;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import java.util.List;

/**
 * Sends data into receptions of other processes. Safe for use by several threads.
 *
 * <p>On a server, call it on the thread of the remote call: the default endpoint policy dials only
 * the address of the process that makes that call.
 */
public interface Transmitter {

  /**
   * Opens the data connection, proves both ends and starts to send; the bytes follow after this
   * method has returned.
   *
   * <pre>{@code
   * public Confirmation fetch(String name, ReceptionObject reception) throws TransferException {
   *   return transmitter.transmit(Source.file(path), reception);
   * }
   * }</pre>
   *
   * <p>Blocks until both ends are proven, at the longest for the opening deadline, for each data
   * connection. Where the stub says that the caller takes a short object with the reply, and the
   * source is one, there is no data connection: the confirmation has the bytes, or, on the thread
   * that serves the call, they go ahead of the reply before this method returns, which blocks while
   * the caller does not read. Where it offers further streams, an object of 16 MiB or more whose
   * source can be read from the middle goes over all of them, while fewer transfers run here than
   * there are cores.
   *
   * @param source where the bytes come from; closed by the transmitter, also if this method throws
   * @param reception the stub that came in the call
   * @return what to answer the call with
   * @throws TransferException if the connection cannot be opened and proven
   */
  default Confirmation transmit(Source source, ReceptionObject reception) throws TransferException {
    return send(source, reception, Long.MAX_VALUE, Long.MAX_VALUE).confirmation();
  }

  /**
   * What {@link #transmit} does, for transmitters that stand before another one. The transmission
   * of an object that goes with the reply has ended when this method returns: its receipt says that
   * the bytes were handed over, and only the receiver knows whether they arrived; it has failed if
   * the caller's connection did.
   *
   * @param source where the bytes come from; closed by the transmitter, also if this method throws
   * @param reception the stub that came in the call
   * @param bytesPerSecond as {@link #start(Source, ReceptionObject, long)} takes it; with a limit
   *     there is always a data connection
   * @param most how many bytes may be sent, what the receiver holds already not among them; {@code
   *     Long.MAX_VALUE} for as many as it takes. A longer object is refused before anything is
   *     dialed, one of unknown length is cut off
   * @return the transfer
   * @throws TransferException if the connection cannot be opened and proven, or more would have to
   *     be sent ({@link dev.outband.api.Code#LIMIT_EXCEEDED})
   */
  Transmission send(Source source, ReceptionObject reception, long bytesPerSecond, long most)
      throws TransferException;

  /**
   * As {@link #transmit}, for a caller that wants to watch the transfer, too; always over a data
   * connection.
   *
   * @param source where the bytes come from; closed by the transmitter, also if this method throws
   * @param reception the stub that came in the call
   * @return the running transfer
   * @throws TransferException if the connection cannot be opened and proven
   */
  default Transmission start(Source source, ReceptionObject reception) throws TransferException {
    return start(source, reception, Long.MAX_VALUE);
  }

  /**
   * Sends one object over several streams, a stripe of it over each, beside each other. An object
   * of less than 1 MiB, or a source that is read in its order only, goes whole into the first
   * reception.
   *
   * <p>Opens one data connection after the other, and blocks as {@link #transmit} does for each. If
   * a stripe fails, all do. The receipt has the bytes of all.
   *
   * @param source where the bytes come from; closed by the transmitter, also if this method throws
   * @param receptions the stubs of a {@link StripedReception}, in their order
   * @param bytesPerSecond for all streams together, as {@link Transfer#limitRate} takes it
   * @return the running transfer
   * @throws TransferException if a connection cannot be opened and proven; {@link
   *     dev.outband.api.Code#INVALID} if the stubs are not those of all streams of one object
   */
  default Transmission start(
      Source source, List<? extends ReceptionObject> receptions, long bytesPerSecond)
      throws TransferException {
    return StripedTransmission.start(this, source, receptions, bytesPerSecond);
  }

  /**
   * As {@link #start(Source, ReceptionObject)}, slowed down from the first byte on.
   *
   * @param source where the bytes come from; closed by the transmitter, also if this method throws
   * @param reception the stub that came in the call
   * @param bytesPerSecond as {@link Transfer#limitRate} takes it, which may change it later
   * @return the running transfer
   * @throws TransferException if the connection cannot be opened and proven
   */
  default Transmission start(Source source, ReceptionObject reception, long bytesPerSecond)
      throws TransferException {
    return send(
        source,
        reception instanceof ReceptionStub stub ? stub.withInband(0) : reception,
        bytesPerSecond,
        Long.MAX_VALUE);
  }
}
