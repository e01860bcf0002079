package dev.outband.security;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Objects;

/**
 * Who makes the remote call that runs on this thread: proven by the certificate of the TLS
 * connection over which the call came.
 *
 * @param principal the certificate's principal, verified against the trust domain when the
 *     connection was opened
 * @param address where the connection comes from; carries no host name and is never looked up
 */
public record Caller(Principal principal, InetSocketAddress address) {

  private static final ThreadLocal<Caller> CURRENT = new ThreadLocal<>();
  private static final ThreadLocal<X509Certificate> CERTIFICATE = new ThreadLocal<>();

  /** Checks that both are there. */
  public Caller {
    Objects.requireNonNull(principal, "principal");
    Objects.requireNonNull(address, "address");
  }

  /**
   * The caller of the running remote call. Ask on the thread on which the call arrived; hand the
   * answer to other threads if they need it.
   *
   * @return the caller
   * @throws IllegalStateException if no remote call runs on this thread
   */
  public static Caller current() {
    Caller caller = CURRENT.get();
    if (caller == null) {
      throw new IllegalStateException("no remote call runs on this thread");
    }
    return caller;
  }

  /**
   * The certificate of the running call's connection, to see later whether it still stands.
   *
   * @return the certificate that {@link #current()} was proven by
   * @throws IllegalStateException if no remote call runs on this thread
   */
  public static X509Certificate certificate() {
    X509Certificate certificate = CERTIFICATE.get();
    if (certificate == null) {
      throw new IllegalStateException("no remote call runs on this thread");
    }
    return certificate;
  }

  static boolean isPresent() {
    return CURRENT.get() != null;
  }

  static void enter(Caller caller, X509Certificate certificate) {
    CURRENT.set(caller);
    CERTIFICATE.set(certificate);
  }

  static void leave() {
    CURRENT.remove();
    CERTIFICATE.remove();
  }

  /** Returns {@code principal at address:port}. */
  @Override
  public String toString() {
    return principal + " at " + address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}
