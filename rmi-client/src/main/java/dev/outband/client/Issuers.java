package dev.outband.client;

import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Which server a reception stub came from, since its endpoints may stand for "where you see me".
 * Remembers the last ones. Safe for use by several threads.
 */
final class Issuers {
  private static final int MOST = 4096;

  /** Guarded by this; oldest first. */
  private final Map<UUID, Issuer> byTicket = new LinkedHashMap<>();

  /** Where a server is, and what it was proven by. */
  record Issuer(InetAddress address, X509Certificate certificate) {}

  private synchronized void issued(ReceptionStub stub, Issuer by) {
    byTicket.put(stub.ticket().id(), by);
    if (byTicket.size() > MOST) {
      byTicket.remove(byTicket.keySet().iterator().next());
    }
  }

  /** Takes note of the reception, or the receptions, that a call answered with. */
  void issued(Object answer, ServerConnection by) {
    if (answer instanceof ReceptionStub stub) {
      issued(stub, new Issuer(by.remoteAddress(), by.certificate()));
    } else if (answer instanceof Iterable<?> several) {
      several.forEach(one -> issued(one, by));
    }
  }

  /** Where it came from; empty for one that did not come as the result of a call. */
  synchronized Optional<Issuer> issuerOf(ReceptionObject reception) {
    return reception instanceof ReceptionStub stub
        ? Optional.ofNullable(byTicket.get(stub.ticket().id()))
        : Optional.empty();
  }
}
