package dev.outband.server.cluster;

import dev.outband.api.Endpoint;
import java.util.List;
import java.util.Objects;

/**
 * What a server process tells the others of itself.
 *
 * @param control where clients reach its control port
 * @param data where they reach its data port
 * @param services the names under which it exports objects
 * @param load how many calls and transfers it is busy with
 */
public record Announcement(Endpoint control, Endpoint data, List<String> services, int load) {

  /** Checks that all is there. */
  public Announcement {
    Objects.requireNonNull(control, "control");
    Objects.requireNonNull(data, "data");
    services = List.copyOf(services);
  }
}
