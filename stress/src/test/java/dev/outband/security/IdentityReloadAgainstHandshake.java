package dev.outband.security;

import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Client and server shake hands while the server's certificate and key are replaced and read again.
 */
@JCStressTest
@Outcome(
    id = "shaken",
    expect = Expect.ACCEPTABLE,
    desc = "Both ends are proven, with the old or the new certificate.")
@Outcome(
    id = ".*",
    expect = Expect.FORBIDDEN,
    desc = "A handshake fails because files were replaced.")
@State
public class IdentityReloadAgainstHandshake {
  private static final Domain DOMAIN = Domain.create();
  private static final Identity SERVER = load(DOMAIN.folder);
  private static final Identity CLIENT = load(DOMAIN.client);

  private String outcome;

  private static Identity load(Path folder) {
    try {
      return Identity.load(folder);
    } catch (IdentityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Actor
  void reload() {
    DOMAIN.key.turn(SERVER::refresh);
    DOMAIN.certificate.turn(SERVER::refresh);
  }

  @Actor
  void handshake() {
    try {
      Shake shake = new Shake(CLIENT, SERVER);
      shake.finish();
      outcome =
          CLIENT.verify(shake.atClient(), Role.SERVER).equals(SERVER.principal())
                  && SERVER.verifyCaller(shake.atServer()).equals(CLIENT.principal())
              ? "shaken"
              : "somebody else";
    } catch (SSLException e) {
      outcome = e.toString();
    }
  }

  @Arbiter
  void judge(L_Result result) {
    result.r1 = outcome;
  }
}
