package dev.outband.client;

import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.client.Issuers.Issuer;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Transmission;
import java.util.Collection;
import java.util.Optional;

/**
 * Which transfers a client has with which server: those into receptions of its own whose stubs it
 * has passed in a call to that server, and those that it sends into receptions that the server has
 * answered with. Has them watched. Safe for use by several threads.
 */
final class ServerTransfers {
  private final DataPlane dataPlane;
  private final StandingWatch standing;
  private final Issuers issuers = new Issuers();

  ServerTransfers(DataPlane dataPlane, StandingWatch standing) {
    this.dataPlane = dataPlane;
    this.standing = standing;
  }

  /** Takes note of the receptions whose stubs a call passes, each by itself or in a collection. */
  void passed(Object[] arguments, ServerConnection to) {
    if (arguments == null) {
      return;
    }
    for (Object argument : arguments) {
      if (argument instanceof Collection<?> several) {
        several.forEach(one -> passed(one, to));
      } else {
        passed(argument, to);
      }
    }
  }

  private void passed(Object argument, ServerConnection to) {
    if (argument instanceof ReceptionStub stub) {
      dataPlane.transferOf(stub).ifPresent(transfer -> standing.add(transfer, to.certificate()));
    }
  }

  /** Takes note of the reception, or the receptions, that a call answered with. */
  void issued(Object answer, ServerConnection by) {
    issuers.issued(answer, by);
  }

  /** Where a reception came from; empty for one that did not come as the result of a call. */
  Optional<Issuer> issuerOf(ReceptionObject reception) {
    return issuers.issuerOf(reception);
  }

  /** Takes note of a transmission into a reception of a server's. */
  void started(Transmission transmission, Issuer to) {
    standing.add(transmission, to.certificate());
  }
}
