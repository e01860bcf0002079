package dev.outband.server;

import dev.outband.api.TransferException;
import dev.outband.security.Principal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The accounts of a server, one for each rule and principal; a rule that is read again under its
 * name goes on with the same ones. Safe for use by several threads.
 */
final class Accounts {
  private final RunningTransfers running;
  private final Map<Key, Account> accounts = new ConcurrentHashMap<>();

  private record Key(String rule, Principal principal) {}

  Accounts(RunningTransfers running) {
    this.running = running;
  }

  /** The transfers that all accounts have going. */
  RunningTransfers running() {
    return running;
  }

  /**
   * Takes a place for one more transfer of a call: among its account's, and among all.
   *
   * @return its share
   * @throws TransferException {@link dev.outband.api.Code#LIMIT_EXCEEDED} if there is none; nothing
   *     is taken then
   */
  Account.Share open(Account account, RunningCall call) throws TransferException {
    running.enter(call);
    try {
      return account.open(call.decision().grant());
    } catch (TransferException e) {
      running.leave(call);
      throw e;
    }
  }

  Account of(RunningCall call) {
    Key key = new Key(call.decision().rule(), call.caller().principal());
    return accounts.computeIfAbsent(key, unused -> new Account());
  }
}
