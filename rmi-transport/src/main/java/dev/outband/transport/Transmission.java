package dev.outband.transport;

import dev.outband.api.Confirmation;

/** A transfer seen by its transmitter, from the moment at which both ends are proven. */
public interface Transmission extends Transfer {

  /**
   * What to answer the call with.
   *
   * @return the confirmation of this transfer's data connection
   */
  Confirmation confirmation();
}
