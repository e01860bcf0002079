package dev.outband.security;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A handshake takes alias, certificate and key one after the other while both files are replaced
 * and read again.
 */
@JCStressTest
@Outcome(
    id = "one pair",
    expect = Expect.ACCEPTABLE,
    desc = "The handshake has certificate and key of one pair, the old or the new.")
@Outcome(
    id = "mixed",
    expect = Expect.FORBIDDEN,
    desc = "The handshake has the certificate of one pair and the key of the other.")
@Outcome(
    id = "nothing",
    expect = Expect.FORBIDDEN,
    desc = "The alias that the handshake was given is not known any more.")
@State
public class CertificateReloadAgainstHandshake {
  private static final Domain DOMAIN = Domain.create();
  private static final Credentials CREDENTIALS = credentials();
  private static final SoleKeyManager KEYS = new SoleKeyManager(CREDENTIALS);
  private static final Map<X509Certificate, PrivateKey> FITTING = new ConcurrentHashMap<>();

  private volatile boolean reloaded;
  private String outcome = "one pair";

  private static Credentials credentials() {
    try {
      IdentityFolder files = new IdentityFolder(DOMAIN.folder, InstantSource.system());
      X509Certificate authority = files.authority();
      TrustDomain domain =
          new TrustDomain(authority, files.revocations(authority), InstantSource.system());
      return Credentials.load(files, domain, InstantSource.system());
    } catch (IdentityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As whoever replaces the files does, and the server that looks at them, too, meanwhile. */
  @Actor
  void reload() {
    DOMAIN.key.turn(CREDENTIALS::refresh);
    DOMAIN.certificate.turn(CREDENTIALS::refresh);
    DOMAIN.certificate.touch();
    CREDENTIALS.refresh();
    reloaded = true;
  }

  @Actor
  void handshake() {
    do {
      String alias = KEYS.chooseServerAlias("EC", null, null);
      X509Certificate[] chain = KEYS.getCertificateChain(alias);
      PrivateKey key = KEYS.getPrivateKey(alias);
      if (chain == null || key == null) {
        outcome = "nothing";
      } else if (!fits(key, chain[0])) {
        outcome = "mixed";
      }
    } while (!reloaded);
  }

  private static boolean fits(PrivateKey key, X509Certificate certificate) {
    PrivateKey known = FITTING.get(certificate);
    if (known == null) {
      byte[] said = {1};
      try {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(said);
        byte[] signed = signature.sign();
        signature.initVerify(certificate);
        signature.update(said);
        if (!signature.verify(signed)) {
          return false;
        }
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
      FITTING.put(certificate, key);
      return true;
    }
    return known.equals(key);
  }

  @Arbiter
  void judge(L_Result result) {
    result.r1 = outcome;
  }
}
