package dev.outband.security;

import dev.outband.security.PeerRefusedException.Reason;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLParameters;

/**
 * The host that was dialed, against the certificate that answered; the comparison itself is the
 * JDK's.
 */
record HostCheck(String host, Principal peer, X509Certificate leaf) {
  private static final int DNS = 2;
  private static final int ADDRESS = 7;

  /**
   * Refuses a connection whose parameters would leave the name unchecked, and a certificate that
   * names no host.
   */
  void requireEnabled(SSLParameters parameters) throws CertificateRefusedException {
    if (!"HTTPS".equals(parameters.getEndpointIdentificationAlgorithm())) {
      throw refused(
          "host name of "
              + peer
              + " would go unchecked: TLS parameters are not Identity.clientParameters()",
          null);
    }
    // Without names the JDK would fall back to the subject's common name.
    if (names().isEmpty()) {
      throw refusal(null);
    }
  }

  CertificateRefusedException refusal(Throwable cause) {
    String dialed = host == null ? "an unnamed host" : Text.quoted(host);
    String named = names().isEmpty() ? "no host" : String.join(", ", names());
    return refused("certificate of " + peer + " is for " + named + ", not for " + dialed, cause);
  }

  private List<String> names() {
    try {
      var names = leaf.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(name -> name.get(0).equals(DNS) || name.get(0).equals(ADDRESS))
              .map(name -> name.get(1).toString())
              .toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  private CertificateRefusedException refused(String message, Throwable cause) {
    return new CertificateRefusedException(Reason.WRONG_HOST, message, peer, cause);
  }
}
