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
 * @param inbandBytes up to how many bytes may ride in the confirmation that answers the call which
 *     passes the stub, 0 to {@value Payload#MAX_BYTES}; 0 for none
 */
public record ReceptionStub(List<Endpoint> endpoints, Ticket ticket, int inbandBytes)
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
    Checks.between("stub inbandBytes", inbandBytes, 0, Payload.MAX_BYTES);
  }

  /**
   * A stub whose bytes travel over a data connection, however few they are.
   *
   * @param endpoints the candidates in the order in which a dialer tries them
   * @param ticket the capability that opens the reception
   */
  public ReceptionStub(List<Endpoint> endpoints, Ticket ticket) {
    this(endpoints, ticket, 0);
  }

  /**
   * The same stub, for a call whose reply may bring a short object.
   *
   * @param bytes up to how many, 0 to {@value Payload#MAX_BYTES}
   * @return a stub
   */
  public ReceptionStub withInband(int bytes) {
    return new ReceptionStub(endpoints, ticket, bytes);
  }

  private Object writeReplace() {
    return new WireForm(this);
  }
}
