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
 * @param inbandBytes up to how many bytes may come with the reply to the call which passes the
 *     stub, in its confirmation or ahead of it, 0 to {@value #MAX_INBAND_BYTES}; 0 for none
 * @param further further streams of the same object, in their order: a transmitter may send the
 *     object in stripes, one over each of these and one over the ticket's, or leave them and send
 *     it whole; 0 to {@code Ticket.MAX_STREAMS - 1}
 */
public record ReceptionStub(
    List<Endpoint> endpoints, Ticket ticket, int inbandBytes, List<FurtherStream> further)
    implements ReceptionObject, Serializable {

  /** The most endpoints that a stub advertises: {@value}. */
  public static final int MAX_ENDPOINTS = 8;

  /** The longest object that comes with a reply: {@value} bytes. */
  public static final int MAX_INBAND_BYTES = 2 << 20;

  private static final long serialVersionUID = 1L;

  /**
   * Checks the bounds, also when the stub arrives from another process.
   *
   * @throws IllegalArgumentException if there are no endpoints or more than {@value
   *     #MAX_ENDPOINTS}, or the further streams are not later ones of the same object, or begin
   *     beyond its limit, or without a content tag elsewhere than at their start
   */
  public ReceptionStub {
    endpoints = List.copyOf(endpoints);
    Checks.between("endpoints", endpoints.size(), 1, MAX_ENDPOINTS);
    Objects.requireNonNull(ticket, "ticket");
    Checks.between("stub inbandBytes", inbandBytes, 0, MAX_INBAND_BYTES);
    further = List.copyOf(further);
    Checks.between("further streams", further.size(), 0, Ticket.MAX_STREAMS - 1L);
    requireStreams(ticket, further);
  }

  private static void requireStreams(Ticket first, List<FurtherStream> further) {
    int before = first.stream();
    for (FurtherStream one : further) {
      boolean isOfSameObject =
          one.streams() == further.get(0).streams()
              && (one.streams() == first.streams()
                  || first.streams() == 1 && first.contentTag().isEmpty());
      if (!isOfSameObject || one.stream() <= before) {
        throw new IllegalArgumentException("further streams must be later ones of the same object");
      }
      if (first.contentTag().isEmpty()) {
        Checks.between("further stream's offset without a content tag", one.offset(), 0, 0);
      }
      Checks.between("further stream's offset", one.offset(), 0, first.byteLimit());
      before = one.stream();
    }
  }

  /**
   * A stub whose bytes travel over a data connection, however few they are.
   *
   * @param endpoints the candidates in the order in which a dialer tries them
   * @param ticket the capability that opens the reception
   */
  public ReceptionStub(List<Endpoint> endpoints, Ticket ticket) {
    this(endpoints, ticket, 0, List.of());
  }

  /**
   * The same stub, for a call whose reply may bring a short object.
   *
   * @param bytes up to how many, 0 to {@value #MAX_INBAND_BYTES}
   * @return a stub
   */
  public ReceptionStub withInband(int bytes) {
    return new ReceptionStub(endpoints, ticket, bytes, further);
  }

  /**
   * The same stub for a transmitter that must protect the bytes better than the ticket asks.
   *
   * @param least the floor
   * @return a stub
   */
  public ReceptionStub withFloor(Protection least) {
    return new ReceptionStub(
        endpoints, ticket.narrowed(least, ticket.byteLimit()), inbandBytes, further);
  }

  private Object writeReplace() {
    return new WireForm(this);
  }
}
