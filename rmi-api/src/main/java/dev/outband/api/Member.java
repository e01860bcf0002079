package dev.outband.api;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One server process of a cluster, as its own signed record describes it. Who lists it has verified
 * the record; who connects to it checks that the process there has this principal and this key.
 *
 * @param principal {@code server:} and the name in its certificate
 * @param keyId SHA-256 of its public key, 64 hexadecimal digits
 * @param control where it answers calls
 * @param data where it accepts data connections
 * @param services the names under which it exports objects, sorted; at most {@value #MAX_SERVICES}
 * @param load how many calls and transfers it is busy with, 0 or more
 * @param started when the process started, by its own clock
 */
public record Member(
    String principal,
    String keyId,
    Endpoint control,
    Endpoint data,
    List<String> services,
    int load,
    Instant started)
    implements Serializable {

  /** The most names that a member lists: {@value}. */
  public static final int MAX_SERVICES = 256;

  /** The longest name of a service: {@value} characters. */
  public static final int MAX_SERVICE_CHARS = 128;

  private static final long serialVersionUID = 1L;
  private static final Pattern PRINCIPAL =
      Pattern.compile("server:[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final Pattern SERVICE =
      Pattern.compile("[A-Za-z0-9._/-]{1," + MAX_SERVICE_CHARS + "}");

  /**
   * Checks the bounds, also when the member arrives from another process.
   *
   * @throws IllegalArgumentException if a number, a name or an address is out of its bounds
   */
  public Member {
    if (!PRINCIPAL.matcher(principal).matches()) {
      throw new IllegalArgumentException(
          "member principal must be a server's, not " + Checks.printable(principal, 80));
    }
    Checks.hex("member keyId", keyId, 32);
    requireHost("control", control);
    requireHost("data", data);
    services = List.copyOf(services);
    Checks.between("member services", services.size(), 0, MAX_SERVICES);
    for (String service : services) {
      if (!SERVICE.matcher(service).matches()) {
        throw new IllegalArgumentException(
            "member service must be 1.."
                + MAX_SERVICE_CHARS
                + " letters, digits and . _ - /, not "
                + Checks.printable(service, MAX_SERVICE_CHARS));
      }
    }
    Checks.between("member load", load, 0, Integer.MAX_VALUE);
    Objects.requireNonNull(started, "started");
  }

  /** The same process at the same place with the same services, whatever its load. */
  boolean isAs(Member other) {
    return equals(
        new Member(
            other.principal,
            other.keyId,
            other.control,
            other.data,
            other.services,
            load,
            other.started));
  }

  private static void requireHost(String name, Endpoint endpoint) {
    if (endpoint.isObserved()) {
      throw new IllegalArgumentException("member " + name + " must name a host");
    }
  }
}
