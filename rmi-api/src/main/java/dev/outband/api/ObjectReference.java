package dev.outband.api;

import java.io.Serializable;
import java.rmi.Remote;

/**
 * Refers to an object that a server exported, without an address: it means something only to a
 * client that is connected to that server, which makes the stub itself and so decides alone where
 * its calls go.
 *
 * <p>It is a {@link Remote} so that the JDK's registry takes it; it travels by value.
 *
 * @param id the object's RMI identifier, 44 lower-case hexadecimal digits; not secret
 */
public record ObjectReference(String id) implements Remote, Serializable {

  /** The length of an identifier in bytes: {@value}. */
  public static final int BYTES = 22;

  private static final long serialVersionUID = 1L;

  /**
   * Checks the form, also when the reference arrives from another process.
   *
   * @throws IllegalArgumentException if the identifier has another form
   */
  public ObjectReference {
    Checks.hex("object id", id, BYTES);
  }
}
