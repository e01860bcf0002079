package dev.outband.server;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.security.Identity;
import dev.outband.security.Principal;
import dev.outband.transport.Transfer;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The transfers that calls have started, to be ended when their caller's certificate is. Safe for
 * use by several threads.
 */
final class RunningTransfers {
  /** At once, whoever has them. */
  private static final int MOST = 16_384;

  /** At once, of one principal, whatever its rules grant it: so that none can take all. */
  private static final int MOST_OF_ONE = MOST / 4 * 3;

  private final Identity identity;
  private final int most;
  private final int mostOfOne;

  /** Transfers that have a place, those included that have not started. Guarded by this. */
  private int places;

  /** The same by principal. Guarded by this. */
  private final Map<Principal, Integer> byPrincipal = new HashMap<>();

  private final Map<Transfer, RunningCall> running = new ConcurrentHashMap<>();

  RunningTransfers(Identity identity) {
    this(identity, MOST, MOST_OF_ONE);
  }

  RunningTransfers(Identity identity, int most, int mostOfOne) {
    this.identity = identity;
    this.most = most;
    this.mostOfOne = mostOfOne;
  }

  /**
   * Takes a place for one more transfer; {@link #leave}, or the end of what is {@link #add added},
   * gives it back.
   *
   * @throws TransferException {@link Code#LIMIT_EXCEEDED} if there are as many as a server takes
   */
  synchronized void enter(RunningCall call) throws TransferException {
    if (places >= most) {
      throw new TransferException(
          Code.LIMIT_EXCEEDED, "transfers of a server at once must be at most " + most);
    }
    Principal principal = call.caller().principal();
    if (byPrincipal.getOrDefault(principal, 0) >= mostOfOne) {
      throw new TransferException(
          Code.LIMIT_EXCEEDED, "transfers of a principal at once must be at most " + mostOfOne);
    }
    places++;
    byPrincipal.merge(principal, 1, Integer::sum);
  }

  /** Gives a place back whose transfer has not been added. */
  synchronized void leave(RunningCall call) {
    places--;
    byPrincipal.computeIfPresent(
        call.caller().principal(), (principal, count) -> count == 1 ? null : count - 1);
  }

  /** Takes a transfer into the place that its call has. */
  void add(Transfer transfer, RunningCall call) {
    running.put(transfer, call);
    transfer
        .receipt()
        .whenComplete(
            (receipt, failure) -> {
              running.remove(transfer);
              leave(call);
            });
  }

  /** Ends those of callers whose certificate has expired or was revoked. */
  void endOutlawed() {
    Map<X509Certificate, String> outlawed =
        identity.outlawed(
            running.values().stream().map(RunningCall::certificate).collect(Collectors.toSet()));
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
