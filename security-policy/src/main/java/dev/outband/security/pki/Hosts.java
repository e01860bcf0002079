package dev.outband.security.pki;

import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.util.IPAddress;

/**
 * Turns what an operator calls a server's hosts into names for its certificate: DNS names and IP
 * addresses, literally.
 */
final class Hosts {
  private static final int MAX_HOSTS = 100;
  private static final int MAX_NAME = 253;
  private static final Pattern DNS =
      Pattern.compile(
          "(?=.*[A-Za-z])[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");

  private Hosts() {}

  /**
   * The names, in order, each once.
   *
   * @throws IllegalArgumentException if there are none or too many, or one is neither a host name
   *     nor an IP address
   */
  static List<GeneralName> names(List<String> hosts) {
    List<GeneralName> names = hosts.stream().distinct().map(Hosts::name).toList();
    if (names.isEmpty() || names.size() > MAX_HOSTS) {
      throw new IllegalArgumentException(
          "a server needs 1.." + MAX_HOSTS + " hosts, not " + names.size());
    }
    return names;
  }

  private static GeneralName name(String host) {
    if (IPAddress.isValidIPv4(host) || IPAddress.isValidIPv6(host)) {
      return new GeneralName(GeneralName.iPAddress, host);
    }
    if (host.length() <= MAX_NAME && DNS.matcher(host).matches()) {
      return new GeneralName(GeneralName.dNSName, host);
    }
    throw new IllegalArgumentException(
        "host must be a DNS name (no wildcard) or an IP address, not \""
            + host.replaceAll("[^\\x20-\\x7e]", "?")
            + '"');
  }
}
