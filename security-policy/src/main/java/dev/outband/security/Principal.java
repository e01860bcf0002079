package dev.outband.security;

import dev.outband.security.PeerRefusedException.Reason;
import java.io.Serializable;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The name of a process in its trust domain, together with its role; the two are told apart, so
 * {@code server:a} is not {@code client:a}.
 *
 * @param name 1 to 63 characters: an ASCII letter or digit, then letters, digits, {@code .}, {@code
 *     _} or {@code -}
 * @param role what the process is
 */
public record Principal(String name, Role role) implements Serializable {
  private static final String SCHEME = "outband:";
  private static final int URI_NAME = 6;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if the name has another form
   */
  public Principal {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(role, "role");
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name must be 1..63 characters of A-Z a-z 0-9 . _ - and begin with a letter or digit, not"
              + " "
              + Text.quoted(name));
    }
  }

  /**
   * Reads the principal from a certificate, which must hold exactly one URI among its subject
   * alternative names, {@link #uri()}. Says nothing about whether the certificate is to be trusted.
   *
   * @throws CertificateRefusedException if there is no such URI, or more than one, or one of
   *     another form
   */
  public static Principal of(X509Certificate certificate) throws CertificateRefusedException {
    List<String> uris = uris(certificate);
    if (uris.size() != 1) {
      throw refused(
          "certificate names no single role: it holds "
              + uris.size()
              + " URI names, and 1 is needed",
          null);
    }
    return parse(uris.get(0));
  }

  /**
   * The URI that stands for this principal in a certificate: {@code outband:server:NAME} or {@code
   * outband:client:NAME}.
   */
  public String uri() {
    return SCHEME + this;
  }

  /** {@code server:NAME} or {@code client:NAME}. */
  @Override
  public String toString() {
    return role.label() + ":" + name;
  }

  private static Principal parse(String uri) throws CertificateRefusedException {
    for (Role role : Role.values()) {
      String prefix = SCHEME + role.label() + ":";
      if (uri.startsWith(prefix)) {
        return named(uri.substring(prefix.length()), role);
      }
    }
    throw refused("certificate names no known role: " + Text.quoted(uri), null);
  }

  private static Principal named(String name, Role role) throws CertificateRefusedException {
    try {
      return new Principal(name, role);
    } catch (IllegalArgumentException e) {
      throw refused("certificate names a malformed principal: " + e.getMessage(), e);
    }
  }

  private static List<String> uris(X509Certificate certificate) throws CertificateRefusedException {
    List<String> uris = new ArrayList<>();
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      for (List<?> name : names == null ? List.<List<?>>of() : names) {
        if (Integer.valueOf(URI_NAME).equals(name.get(0))) {
          uris.add((String) name.get(1));
        }
      }
    } catch (CertificateParsingException e) {
      throw refused("certificate has unreadable alternative names", e);
    }
    return uris;
  }

  private static CertificateRefusedException refused(String message, Exception cause) {
    CertificateException chained = cause == null ? null : new CertificateException(cause);
    return new CertificateRefusedException(Reason.WRONG_ROLE, message, null, chained);
  }
}
