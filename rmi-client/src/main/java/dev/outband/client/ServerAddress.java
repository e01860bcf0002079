package dev.outband.client;

import dev.outband.api.Endpoint;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code host:port} of a control port. */
record ServerAddress(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([A-Za-z0-9._-]{1,253})):([0-9]{1,5})");
  private static final int MAX_PORT = 65_535;

  static ServerAddress parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "server must be HOST:PORT or [IPV6]:PORT, not \"" + text + "\"");
    }
    int port = Integer.parseInt(matcher.group(3));
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("server port must be 1.." + MAX_PORT + ", not " + port);
    }
    return new ServerAddress(matcher.group(1) == null ? matcher.group(2) : matcher.group(1), port);
  }

  static ServerAddress of(Endpoint endpoint) {
    return new ServerAddress(endpoint.host(), endpoint.port());
  }

  Endpoint endpoint() {
    return new Endpoint(host, port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
