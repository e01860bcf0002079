package dev.outband.security;

import dev.outband.security.PeerRefusedException.Reason;
import java.io.IOException;
import java.net.ConnectException;

/**
 * The one byte that a control port sends inside TLS before the first byte of RMI: 0 for welcome,
 * otherwise why the caller is refused. A TLS 1.3 client has finished its handshake before the
 * server has judged its certificate, so without this byte a refusal would look like a connection
 * that broke.
 *
 * <p>1 to 63 are the reasons of {@link Reason} in their order, 64 is a server that shuts down, 65
 * one that holds as many connections of this client as it takes.
 */
@SuppressWarnings("EnumOrdinal") // the order is on the wire, and a test freezes it
final class Verdict {
  static final int WELCOME = 0;
  static final int CLOSING = 64;
  static final int BUSY = 65;

  private Verdict() {}

  static int of(Reason reason) {
    return 1 + reason.ordinal();
  }

  /** What a client makes of the byte that it read; returns normally for a welcome. */
  static void require(int verdict, Identity self) throws IOException {
    if (verdict == BUSY) {
      throw new ConnectException(
          "server refused one more connection of " + self.principal() + ", it has its limit");
    }
    if (verdict == WELCOME) {
      return;
    }
    Reason[] reasons = Reason.values();
    boolean known = verdict <= reasons.length;
    Reason reason = known ? reasons[verdict - 1] : Reason.REFUSED_BY_PEER;
    String why = known ? reason.toString() : "verdict " + verdict;
    throw new PeerRefusedException(
        reason, "server refused the certificate of " + self.principal() + ": " + why, null, null);
  }
}
