package dev.outband.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.EnumSet;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A certificate is judged while the list that revokes it comes into its place, or goes. */
@JCStressTest
@Outcome(
    id = "as the list",
    expect = Expect.ACCEPTABLE,
    desc =
        "The certificate is judged by the old list or the new one, and by the new one as soon as it"
            + " is in its place.")
@Outcome(
    id = "not as the list",
    expect = Expect.FORBIDDEN,
    desc = "The certificate is judged by a list that has been replaced.")
@State
public class RevocationAgainstHandshake {
  private static final Path LIST = list();
  private static final Domain DOMAIN = Domain.create();
  private static final Swapped LISTS = lists();
  private static final TrustDomain TRUST = trust();
  private static final X509Certificate LEAVER = leaver();

  private volatile boolean replaced;
  private boolean agreed = true;

  private static Path list() {
    try {
      return Domain.base().resolve("crl.pem");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Swapped lists() {
    try {
      return new Swapped(LIST, DOMAIN.before, DOMAIN.after);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TrustDomain trust() {
    try {
      X509Certificate authority =
          new IdentityFolder(DOMAIN.folder, InstantSource.system()).authority();
      return new TrustDomain(
          authority, RevocationList.load(LIST, authority), InstantSource.system());
    } catch (IdentityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509Certificate leaver() {
    try {
      return PemFile.certificates(DOMAIN.leaver.resolve("cert.pem")).get(0);
    } catch (IdentityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Actor
  void replace() {
    LISTS.turn(() -> {});
    replaced = true;
  }

  @Actor
  void judge() {
    do {
      agreed &= LISTS.agrees(RevocationAgainstHandshake::isAccepted);
      agreed &= LISTS.agrees(RevocationAgainstHandshake::isStanding);
    } while (!replaced);
  }

  private static boolean isAccepted() {
    try {
      TRUST.check(LEAVER, Use.CLIENT_AUTH, EnumSet.of(Role.CLIENT));
      return true;
    } catch (CertificateRefusedException e) {
      requireRevoked(e);
      return false;
    }
  }

  private static boolean isStanding() {
    try {
      TRUST.requireStanding(LEAVER);
      return true;
    } catch (CertificateRefusedException e) {
      requireRevoked(e);
      return false;
    }
  }

  private static void requireRevoked(CertificateRefusedException e) {
    if (e.reason() != PeerRefusedException.Reason.REVOKED) {
      throw new IllegalStateException(e);
    }
  }

  @Arbiter
  void compare(L_Result result) {
    result.r1 = agreed ? "as the list" : "not as the list";
  }
}
