package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import dev.outband.api.Protection;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class PolicyFileTest {
  private static final String RULE =
      """
      version = 1

      [[rule]]
      name = "reports"
      who = ["client:reporting"]
      service = "archive"
      methods = ["fetch"]
      """;

  @Test
  void shouldAcceptTheExampleAndDecideAsItsCommentsSay() throws Exception {
    SecurityPolicy policy = SecurityPolicy.load(Path.of("policy-example.toml"));
    assertThat(policy.warnings()).isEmpty();
    assertThat(decided(policy, "reporting", "archive", "fetch")).isEqualTo("reports");
    assertThat(decided(policy, "reporting", "archive", "store")).isEqualTo("denied-by-default");
    assertThat(decided(policy, "batch-7", "archive/2026", "store")).isEqualTo("batch");
    assertThat(decided(policy, "batch-test", "archive", "fetch")).isEqualTo("denied-by-default");
    assertThat(decided(policy, "somebody", "files", "get")).isEqualTo("files-read");
    assertThat(decided(policy, "somebody", "files", "put")).isEqualTo("denied-by-default");
    assertThat(decided(policy, "admin", "files", "put")).isEqualTo("files-all");
    assertThat(decided(policy, "guest-1", "files", "get")).isEqualTo("denied-by-default");
    Grant batch = policy.decide(client("batch-7"), "archive", "fetch").grant();
    assertThat(batch.transfers()).isEqualTo(8);
    assertThat(batch.bytesPerSecond()).isEqualTo(100_000_000);
    assertThat(batch.bytesInAll()).isEqualTo(2L << 40);
    assertThat(batch.floor()).isEqualTo(Protection.PRIVACY);
  }

  @Test
  void shouldTellPrincipalsOfDifferentRolesApart() {
    SecurityPolicy policy = SecurityPolicy.of("test", RULE);
    assertThat(policy.decide(client("reporting"), "archive", "fetch").isAllowed()).isTrue();
    assertThat(
            policy.decide(new Principal("reporting", Role.SERVER), "archive", "fetch").isAllowed())
        .isFalse();
  }

  @Test
  void shouldNameRuleAndLineWhenItHasDecided() {
    Decision decision =
        SecurityPolicy.of("p.toml", RULE).decide(client("reporting"), "archive", "fetch");
    assertThat(decision).hasToString("allowed, rule=reports, place=p.toml:3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "8:1 | transfer = 4 | unknown key \"transfer\" in a rule, known are bytes-in-all,",
        "8:1 | transfers = 0 | transfers must be 1..1048576, not \"0\"",
        "8:1 | transfers = \"many\" | transfers must be 1..1048576, not \"many\"",
        "8:1 | floor = \"SECRET\" | floor must be AUTHENTICATION, INTEGRITY or PRIVACY, not",
        "8:1 | floor = 3 | floor must be a text in quotes",
        "8:1 | bytes-per-second = \"100 mb\" | a size must be 1 B or more, as 500000,",
        "8:1 | bytes-in-all = \"999999999999999999TiB\" | a size must be 1 B or more",
        "8:1 | bytes-in-all = 0 | bytes-in-all must be 1..",
        "8:1 | except = [] | except must not be an empty list",
        "8:11 | except = [\"reporting\"] | a principal must be client:NAME, server:NAME or *",
        "8:23 | except = [\"client:a\", 5] | except must hold texts in quotes alone",
        "8:1 | callback = 3 | callback must be a table: { ... }",
        "8:14 | callback = { network = \"caller\" } | unknown key \"network\" in callback",
        "8:26 | callback = { networks = [\"10.0.0.0/33\"] } | a prefix must be 0..32 bits, not",
        "8:26 | callback = { networks = [\"10.0.0.1/8\"] } | \"10.0.0.1/8\" has bits set behind",
        "8:26 | callback = { networks = [\"db.example\"] } | a network must be an address and a",
        "8:26 | callback = { networks = [\"300.1.1.1\"] } | a network must be an address and a",
        "8:14 | callback = { ports = \"80\" } | ports must be one, or a range as \"7000-7999\", in",
        "8:14 | callback = { ports = \"8000-7000\" } | ports must be one, or a range",
        "8:1 | name = \"twice\" | name previously defined at line 4, column 1",
        "8:1 | [[rule]]~name = \"x\" | a rule needs the key \"who\"",
        "8:9 | floor = PRIVACY | Unexpected",
        "8:1 | [extra] | unknown key \"extra\" in the policy, known are rule, version",
      })
  void shouldNameFileLineAndColumnWhenItIsWrong(String place, String line, String problem) {
    assertRefused(RULE + line.replace("~", "\n"), "p.toml:" + place + ": " + problem);
  }

  @Test
  void shouldSayWhatIsMissingWhenThereIsNoVersion() {
    assertRefused("", "p.toml:1:1: the policy needs the key \"version\", which is 1");
    assertRefused("version = 2", "p.toml:1:1: version must be 1..1, not \"2\"");
  }

  @Test
  void shouldRefuseTypedWhenTheParserItselfFails() {
    String text = "k={n,#\0N";
    assertThat(catchThrowableOfType(PolicyException.class, () -> PolicyFile.read("p.toml", text)))
        .hasMessage("p.toml: not TOML, and the parser cannot say where");
    assertRefused("[u#\0", "p.toml:1:3: Unexpected '#'");
  }

  @Test
  void shouldRefuseWithBothLinesWhenRulesOverlap() {
    assertRefused(
        RULE
            + """
            [[rule]]
            name = "all"
            who = ["client:*"]
            service = ["arch*", "x"]
            methods = ["*"]
            """,
        "p.toml:8:1: rules reports (line 3) and all overlap, as for client:reporting calling method"
            + " fetch of service archive; one call must have one rule");
  }

  @Test
  void shouldAcceptWhenOneRuleExceptsWhomTheOtherIsFor() {
    SecurityPolicy policy =
        SecurityPolicy.of(
            "p.toml",
            RULE
                + """
                [[rule]]
                name = "all"
                who = ["client:*"]
                except = ["client:rep*"]
                service = "archive"
                methods = ["*"]
                """);
    assertThat(decided(policy, "reporting", "archive", "fetch")).isEqualTo("reports");
    assertThat(decided(policy, "other", "archive", "fetch")).isEqualTo("all");
  }

  @Test
  void shouldRefuseWhenTwoRulesHaveOneName() {
    assertRefused(
        RULE
            + """
            [[rule]]
            name = "reports"
            who = ["client:x"]
            service = "y"
            methods = ["z"]
            """,
        "p.toml:9:1: rule reports is there already, line 3");
  }

  @Test
  void shouldWarnWhenARuleOrANetworkCanNeverMatch() {
    assertThat(SecurityPolicy.of("p.toml", RULE + "except = [\"client:*\"]\n").warnings())
        .containsExactly(
            "p.toml:3: rule reports can never match: except takes away everybody in who");
    assertThat(
            SecurityPolicy.of("p.toml", RULE + "callback = { networks = [\"127.0.0.0/16\"] }\n")
                .warnings())
        .containsExactly(
            "p.toml:8: network 127.0.0.0/16 can never match: it is never dialed for a remote"
                + " caller");
    assertThat(SecurityPolicy.of("p.toml", "version = 1").warnings())
        .containsExactly("p.toml: there is no rule, so every call is denied");
  }

  @Test
  void shouldWarnOfMethodsThatTheServiceDoesNotHave() {
    SecurityPolicy policy = SecurityPolicy.of("p.toml", RULE);
    assertThat(policy.warningsFor("archive", java.rmi.registry.Registry.class))
        .containsExactly(
            "p.toml:3: method fetch in rule reports can never match: service archive has none of"
                + " that name");
    assertThat(policy.warningsFor("other", java.rmi.registry.Registry.class)).isEmpty();
  }

  @Test
  void shouldRefuseTypedWhateverIsCutOrChanged() throws Exception {
    String example = Files.readString(Path.of("policy-example.toml"));
    Random random = new Random(20261124);
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder(example);
      for (int n = random.nextInt(4); n >= 0; n--) {
        text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(128));
      }
      if (i % 2 == 0) {
        text.setLength(random.nextInt(text.length()));
      }
      try {
        PolicyFile.read("p.toml", text.toString());
      } catch (PolicyException e) {
        assertThat(e).hasMessageMatching("p\\.toml:\\d+:\\d+: [\\x20-\\x7e]+");
      }
    }
  }

  /** The library alone would make an exception of each line, and keep them all. */
  @Test
  void shouldReadNoFurtherThanTheFirstErrorOfSyntax() {
    String garbage = "=\n".repeat(1 << 19);
    assertRefused(garbage, "p.toml:1:1: Unexpected '='");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertRefused(garbage, "p.toml:1:1: ");
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(16 << 20);
  }

  @Test
  void shouldNameTheSameErrorAsIfItHadReadOn() throws IOException, PolicyException {
    String example = Files.readString(Path.of("policy-example.toml"));
    Random random = new Random(20261129);
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder(example);
      text.insert(random.nextInt(text.length()), "=[]{}\",\n x'".charAt(random.nextInt(11)));
      List<TomlParseError> errors = Toml.parse(text.toString()).errors();
      List<TomlParseError> found = TomlGrammar.parse("p.toml", text.toString()).errors();
      assertThat(found.isEmpty()).isEqualTo(errors.isEmpty());
      if (!errors.isEmpty()) {
        assertThat(found.get(0).position()).isEqualTo(errors.get(0).position());
        String message = errors.get(0).getMessage();
        assertThat(found.get(0).getMessage())
            .startsWith(message.substring(0, Math.min(60, message.length())));
      }
    }
  }

  @Test
  void shouldQuoteNoMoreThanALineOfWhatIsWrong() {
    PolicyException refused =
        catchThrowableOfType(
            PolicyException.class, () -> PolicyFile.read("p.toml", "k #" + "x".repeat(5000)));
    assertThat(refused).hasMessageStartingWith("p.toml:1:3: Unexpected '#xxxx");
    assertThat(refused.getMessage()).hasSizeLessThan(160);
  }

  @Test
  void shouldAcceptCharactersBeyondAsciiInCommentsOnly() throws PolicyException {
    PolicyFile.read("p.toml", RULE + "# b\u00e9b\u00e9 \ud83d\ude00\n");
    assertRefused(
        RULE.replace("client:reporting", "client:b\u00e9b\u00e9"),
        "p.toml:5:8: a pattern must be 1..192 letters, digits and . _ - / : *, not"
            + " \"client:b?b?\"");
    assertRefused(RULE.replace("reports", "r\u00e9"), "p.toml:4:1: the name of a rule must be");
    assertRefused(RULE + "\"\u00e9\" = 1", "p.toml:8:1: unknown key \"?\"");
  }

  @Test
  void shouldRefuseWhatIsNestedDeeperThanAnyPolicy() {
    assertRefused("k = " + "[".repeat(10) + "]".repeat(10), "p.toml:1:14: Nesting is too deep");
    assertRefused("k = " + "[".repeat(9) + "]".repeat(9), "p.toml:1:1: the policy needs the key");
    for (int depth : new int[] {20, 1_200, 200_000}) {
      assertRefused("k = " + "{a=".repeat(depth), "p.toml:1:");
      assertRefused("k = " + "[".repeat(depth), "p.toml:1:");
      assertRefused("k = " + "[{a=".repeat(depth), "p.toml:1:");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=1\n", "[a]\n", "\"\\q\"=1\n", "a.b.c.d.e.f=1\n", "a.", "[[a]]\n"})
  void shouldRefuseWhatIsLongerThanAnyPolicyWithLittleMemory(String part) {
    String text = part.repeat((1 << 20) / part.length());
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertRefused(part.repeat(100), "p.toml:");
    long before = threads.getCurrentThreadAllocatedBytes();
    assertRefused(text, "p.toml:");
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(64 << 20);
  }

  @Test
  void shouldAcceptAsManyRulesAsThereMayBe() throws PolicyException {
    StringBuilder text = new StringBuilder("version = 1\n");
    for (int i = 0; i < 1024; i++) {
      text.append(RULE.replace("version = 1\n", "# one of many\n").replace("reports", "r" + i))
          .append("transfers = 8\nbytes-per-second = \"100MB\"\nfloor = \"INTEGRITY\"\n")
          .append(
              "callback = { networks = [\"caller\", \"10.0.0.0/8\"], ports = \"7000-7999\" }\n");
    }
    String distinct =
        Pattern.compile("archive").matcher(text).replaceAll(match -> "archive-" + match.start());
    assertThat(PolicyFile.read("p.toml", distinct).rules()).hasSize(1024);
  }

  @Test
  void shouldRefuseMoreLinesOfCommentsInARowThanItCanReadInTime() {
    assertRefused(RULE + "#\n".repeat(300), "p.toml:263:2: lines without a key in a row, comments");
    assertRefused("\n".repeat(1 << 20), "p.toml:257:1: lines without a key in a row");
  }

  private static String decided(
      SecurityPolicy policy, String client, String service, String method) {
    return policy.decide(client(client), service, method).rule();
  }

  private static Principal client(String name) {
    return new Principal(name, Role.CLIENT);
  }

  private static void assertRefused(String text, String message) {
    PolicyException refused =
        catchThrowableOfType(PolicyException.class, () -> PolicyFile.read("p.toml", text));
    assertThat(refused).hasMessageStartingWith(message);
    assertThat(refused).hasMessageStartingWith("p.toml:" + refused.line() + ":" + refused.column());
  }
}
