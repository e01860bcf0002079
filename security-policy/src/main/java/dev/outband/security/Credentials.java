package dev.outband.security;

import dev.outband.security.IdentityException.Reason;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An identity's certificate and key in files that may change while the process runs. What is new is
 * taken up by the next handshake, a quarter of a second later at most; what is wrong, or names
 * somebody else, is logged once, and the last good pair stays in use. Safe for use by several
 * threads.
 */
final class Credentials implements SoleKeyManager.Pairs {
  private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);
  private static final long LOOK_AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final Duration SOON = Duration.ofDays(30);
  private static final int SOON_PART = 3;
  private static final Duration REMIND = Duration.ofDays(1);

  private final IdentityFolder files;
  private final TrustDomain domain;
  private final InstantSource clock;
  private final Principal principal;

  private volatile Known known;

  private volatile long lookedNs = System.nanoTime();

  /** What the files looked like when they were last read. Guarded by this. */
  private IdentityFolder.Stamps stamps;

  /** When the next reminder is due that the certificate ends. Guarded by this. */
  private Instant remindAt = Instant.MIN;

  /** What belongs together, and is presented under one alias. */
  record Pair(X509Certificate certificate, PrivateKey key) {
    String alias() {
      return certificate.getSerialNumber().toString(Character.MAX_RADIX);
    }
  }

  /**
   * What may be presented.
   *
   * @param now in a handshake that begins now
   * @param before in one that began before the last change
   */
  private record Known(Pair now, Pair before) {}

  private Credentials(
      IdentityFolder files, TrustDomain domain, InstantSource clock, IdentityFolder.Stamps stamps)
      throws IdentityException {
    this.files = files;
    this.domain = domain;
    this.clock = clock;
    this.stamps = stamps;
    Pair pair = read();
    this.known = new Known(pair, pair);
    this.principal = principal(pair.certificate());
  }

  static Credentials load(IdentityFolder files, TrustDomain domain, InstantSource clock)
      throws IdentityException {
    Credentials credentials = new Credentials(files, domain, clock, files.stamps());
    credentials.remind();
    return credentials;
  }

  Principal principal() {
    return principal;
  }

  @Override
  public Pair current() {
    long nowNs = System.nanoTime();
    if (nowNs - lookedNs >= LOOK_AGAIN_NS) {
      lookedNs = nowNs;
      refresh();
    }
    return known.now();
  }

  @Override
  public Pair of(String alias) {
    Known both = known;
    if (both.now().alias().equals(alias)) {
      return both.now();
    }
    return both.before().alias().equals(alias) ? both.before() : null;
  }

  /** Looks at the files now. */
  synchronized void refresh() {
    try {
      IdentityFolder.Stamps now = files.stamps();
      if (!now.equals(stamps)) {
        stamps = now;
        Pair read = read();
        requireSame(read.certificate());
        take(read);
        remindAt = Instant.MIN;
        LOG.info(
            "certificate read again, principal={}, valid until={}",
            principal,
            read.certificate().getNotAfter().toInstant());
        AuditLine.allow("reload").reason("certificate of " + principal).write();
      }
    } catch (IOException e) {
      LOG.warn("certificate refused, the last good one stays in use: {}", e.getMessage());
      AuditLine.deny("reload").reason("certificate: " + e.getMessage()).write();
    }
    remind();
  }

  /** A file that was only touched, or read while its fellow was on the way, changes nothing. */
  private void take(Pair read) {
    Pair now = known.now();
    known = new Known(read, read.alias().equals(now.alias()) ? known.before() : now);
  }

  private Pair read() throws IdentityException {
    X509Certificate certificate = files.certificate(domain);
    return new Pair(certificate, files.key(certificate));
  }

  private void requireSame(X509Certificate certificate) throws IdentityException {
    Principal named = principal(certificate);
    if (!named.equals(principal)) {
      throw new IdentityException(
          Reason.MISMATCH, files + ": names " + named + ", and this process is " + principal);
    }
  }

  private static Principal principal(X509Certificate certificate) throws IdentityException {
    try {
      return Principal.of(certificate);
    } catch (CertificateRefusedException e) {
      throw new IdentityException(Reason.ROLE, e.getMessage(), e);
    }
  }

  private synchronized void remind() {
    Instant now = clock.instant();
    X509Certificate certificate = known.now().certificate();
    Instant end = certificate.getNotAfter().toInstant();
    Duration lifetime = Duration.between(certificate.getNotBefore().toInstant(), end);
    Duration soon = lifetime.dividedBy(SOON_PART);
    Instant from = end.minus(soon.compareTo(SOON) < 0 ? soon : SOON);
    if (!now.isBefore(from) && !now.isBefore(remindAt)) {
      remindAt = now.plus(REMIND);
      LOG.warn(
          "certificate {}, renew it: principal={}, valid until={}, hours left={}",
          now.isAfter(end) ? "expired" : "expires soon",
          principal,
          end,
          Math.max(0, Duration.between(now, end).toHours()));
    }
  }
}
