package dev.outband.server;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.security.Identity;
import dev.outband.security.PeerRefusedException;
import dev.outband.transport.Transfer;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The transfers that calls have started, to be ended when their caller's certificate is. Safe for
 * use by several threads.
 */
final class RunningTransfers {
  private static final int MOST = 16_384;

  private final Identity identity;
  private final Map<Transfer, RunningCall> running = new ConcurrentHashMap<>();

  RunningTransfers(Identity identity) {
    this.identity = identity;
  }

  /**
   * Refuses one more transfer when there are as many as a server takes, whoever has them.
   *
   * @throws TransferException {@link Code#LIMIT_EXCEEDED}
   */
  void requireRoom() throws TransferException {
    if (running.size() >= MOST) {
      throw new TransferException(
          Code.LIMIT_EXCEEDED, "transfers of a server at once must be at most " + MOST);
    }
  }

  void add(Transfer transfer, RunningCall call) {
    running.put(transfer, call);
    transfer.receipt().whenComplete((receipt, failure) -> running.remove(transfer));
  }

  /** Ends those of callers whose certificate has expired or was revoked. */
  void endOutlawed() {
    Map<X509Certificate, String> outlawed = new ConcurrentHashMap<>();
    running.values().stream()
        .map(RunningCall::certificate)
        .distinct()
        .forEach(
            certificate -> {
              try {
                identity.requireStanding(certificate);
              } catch (PeerRefusedException e) {
                outlawed.put(certificate, e.getMessage());
              }
            });
    running.forEach(
        (transfer, call) -> {
          String why = outlawed.get(call.certificate());
          if (why != null) {
            call.deny("transfer").transfer(transfer.id()).reason(why).write();
            transfer.cancel(why);
          }
        });
  }
}
