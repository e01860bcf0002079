package dev.outband.server;

import dev.outband.api.Protection;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.security.Grant;
import dev.outband.transport.Reception;
import dev.outband.transport.Receptions;
import dev.outband.transport.Sink;
import dev.outband.transport.wire.Stripe;
import java.util.Optional;

/**
 * Allocates receptions for the running call, within what the policy grants it. What the server
 * allocates of its own accord, on a thread that serves no call, no rule limits.
 */
final class GrantedReceptions implements Receptions {
  private final Receptions receptions;
  private final Accounts accounts;
  private final Protection floorElsewhere;

  GrantedReceptions(Receptions receptions, Accounts accounts, Protection floorElsewhere) {
    this.receptions = receptions;
    this.accounts = accounts;
    this.floorElsewhere = floorElsewhere;
  }

  @Override
  public Reception open(Sink sink, long byteLimit, Protection floor) throws TransferException {
    Optional<RunningCall> call = RunningCall.current();
    if (call.isEmpty()) {
      return receptions.open(sink, byteLimit, higher(floor, floorElsewhere));
    }
    try {
      return open(sink, byteLimit, floor, call.get());
    } catch (TransferException e) {
      call.get().deny("transfer").reason(e.getMessage()).write();
      throw e;
    }
  }

  private Reception open(Sink sink, long byteLimit, Protection floor, RunningCall call)
      throws TransferException {
    Grant grant = call.decision().grant();
    Protection least = higher(floor, grant.floor());
    Account account = accounts.of(call);
    long limit = Math.min(byteLimit, accounts.open(account, call).bytes());
    Reception reception;
    try {
      reception = receptions.open(sink, limit, least);
    } catch (TransferException | RuntimeException e) {
      account.abandon();
      accounts.running().leave(call);
      throw e;
    }
    try {
      account.started(reception.transfer(), mostBytes(reception.stub().ticket()), grant);
    } catch (TransferException e) {
      accounts.running().leave(call);
      reception.close();
      throw e;
    }
    accounts.running().add(reception.transfer(), call);
    call.allow("transfer").transfer(reception.transfer().id()).level(least).write();
    return reception;
  }

  /** Of one of several streams only the first can bring the whole object. */
  private static long mostBytes(Ticket ticket) {
    return ticket.stream() == 0
        ? ticket.byteLimit()
        : Stripe.of(ticket.byteLimit(), ticket.stream(), ticket.streams()).bytes();
  }

  static Protection higher(Protection one, Protection other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
