package dev.outband.security;

import dev.outband.fuzz.Bounds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The text of a policy file, and a decision by it. */
public final class PolicyTarget {
  private static final Bounds BOUNDS = Bounds.of(PolicyTarget::decode, PolicyException.class);
  private static final Principal CALLER = new Principal("reporting", Role.CLIENT);

  private PolicyTarget() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  private static void decode(byte[] input) throws PolicyException {
    try {
      PolicyRules rules = PolicyFile.read("p.toml", input);
      Decision unused = rules.decide(CALLER, "archive", "fetch");
    } catch (PolicyException e) {
      if (!e.getMessage().matches("p\\.toml(:\\d+:\\d+)?: [\\x20-\\x7e]+")) {
        throw new IllegalStateException("not one line with its place: " + e.getMessage(), e);
      }
      throw e;
    }
  }

  /** Well-formed inputs, and each of the things that may be in a rule. */
  public static Map<String, byte[]> seeds() throws IOException {
    String rule =
        """
        version = 1
        [[rule]]
        name = "a"
        who = ["client:reporting", "client:batch-*"]
        except = ["client:batch-test"]
        service = "archive"
        methods = ["fetch", "s*"]
        """;
    String grant =
        """
        floor = "INTEGRITY"
        callback = { networks = ["caller", "10.0.0.0/8", "2001:db8::/32"], ports = "7000-7999" }
        transfers = 8
        bytes-per-second = "100MB"
        bytes-in-all = 500000
        """;
    return Map.of(
        "example", Files.readAllBytes(Path.of("../security-policy/policy-example.toml")),
        "rule", rule.getBytes(StandardCharsets.UTF_8),
        "grant", (rule + grant).getBytes(StandardCharsets.UTF_8),
        "empty", "version = 1".getBytes(StandardCharsets.UTF_8));
  }
}
