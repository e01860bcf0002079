package dev.outband.api;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * The by-value stub of a reception: where its data port listens and the ticket that opens it.
 *
 * <p>Whoever holds the stub may open the reception once, so it travels only inside a TLS-secured
 * call. Its text form shows the transfer id and the endpoints, never the secret. Immutable and safe
 * for use by several threads.
 *
 * @param endpoints the candidates in the order in which a dialer tries them, 1 to {@value
 *     #MAX_ENDPOINTS}
 * @param ticket the capability that opens the reception
 */
public record ReceptionStub(List<Endpoint> endpoints, Ticket ticket)
    implements ReceptionObject, Serializable {

  /** The most endpoints that a stub advertises: {@value}. */
  public static final int MAX_ENDPOINTS = 8;

  private static final long serialVersionUID = 1L;

  /**
   * Checks the bounds, also when the stub arrives from another process.
   *
   * @throws IllegalArgumentException if there are no endpoints or more than {@value #MAX_ENDPOINTS}
   */
  public ReceptionStub {
    endpoints = List.copyOf(endpoints);
    Checks.between("endpoints", endpoints.size(), 1, MAX_ENDPOINTS);
    Objects.requireNonNull(ticket, "ticket");
  }
}
