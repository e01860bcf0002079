package dev.outband.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Calls are decided while the policy's file is replaced and read again. */
@JCStressTest
@Outcome(
    id = "one policy",
    expect = Expect.ACCEPTABLE,
    desc =
        "Each decision is the old policy's or the new one's, and the new one's as soon as it is"
            + " read.")
@Outcome(
    id = "a replaced policy",
    expect = Expect.FORBIDDEN,
    desc = "A call is decided by a policy that has been replaced.")
@Outcome(
    id = "mixed",
    expect = Expect.FORBIDDEN,
    desc = "A decision has a rule of one policy and the grant of the other.")
@State
public class PolicyReloadAgainstDecision {
  private static final Principal CALLER = new Principal("caller", Role.CLIENT);
  private static final Path FILE = file();
  private static final Swapped POLICIES = policies();
  private static final SecurityPolicy POLICY = policy();

  private volatile boolean replaced;
  private String outcome = "one policy";

  private static Path file() {
    try {
      return Domain.base().resolve("policy.toml");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Swapped policies() {
    try {
      Path one = FILE.resolveSibling("one.toml");
      Path other = FILE.resolveSibling("other.toml");
      Files.writeString(one, policy("", 1));
      Files.writeString(other, policy("# The rule is in another line.\n", 2));
      return new Swapped(FILE, one, other);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String policy(String comment, int transfers) {
    return "version = 1\n"
        + comment
        + "[[rule]]\nname = \"all\"\nwho = [\"*\"]\nservice = \"*\"\nmethods = [\"*\"]\n"
        + "transfers = "
        + transfers
        + "\n";
  }

  private static SecurityPolicy policy() {
    try {
      return SecurityPolicy.load(FILE);
    } catch (PolicyException e) {
      throw new IllegalStateException(e);
    }
  }

  @Actor
  void replace() {
    POLICIES.turn(POLICY::refresh);
    replaced = true;
  }

  @Actor
  void decide() {
    do {
      if (!POLICIES.agrees(this::isOfFirst)) {
        outcome = "a replaced policy";
      }
    } while (!replaced);
  }

  private boolean isOfFirst() {
    Decision decision = POLICY.decide(CALLER, "service", "method");
    boolean isOfFirst = decision.grant().transfers() == 1;
    if (isOfFirst != decision.place().endsWith(":2")) {
      outcome = "mixed";
    }
    return isOfFirst;
  }

  @Arbiter
  void judge(L_Result result) {
    result.r1 = outcome;
  }
}
