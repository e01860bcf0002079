package dev.outband.security;

import dev.outband.api.Protection;
import dev.outband.security.PolicyException.Place;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

/**
 * Reads a policy, TOML 1.0, in full: what is not understood is refused, with its line and column.
 * The keys are described in {@code security-policy/policy-example.toml}.
 */
final class PolicyFile {
  private static final int VERSION = 1;
  private static final int MAX_RULES = 1024;
  private static final int TRANSFERS = 1024;
  private static final Pattern RULE_NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern PORTS = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
  private static final Pattern PRINCIPAL = Pattern.compile("\\*|(server|client):.+");
  private static final String CALLER = "caller";

  private final String origin;
  private final List<Rule> rules = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final Map<String, Integer> lines = new HashMap<>();

  private PolicyFile(String origin) {
    this.origin = origin;
  }

  /**
   * Reads a policy.
   *
   * @param origin what messages call it
   * @param bytes what is written in it, UTF-8
   */
  static PolicyRules read(String origin, byte[] bytes) throws PolicyException {
    try {
      return read(
          origin, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new PolicyException(origin, "not UTF-8", e);
    }
  }

  /** As {@link #read(String, byte[])}. */
  static PolicyRules read(String origin, String text) throws PolicyException {
    TomlParseResult toml = parsed(origin, text);
    if (toml.hasErrors()) {
      TomlParseError first = toml.errors().get(0);
      throw new PolicyException(
          origin, PolicyTable.place(first.position()), Text.printable(first.getMessage()));
    }
    PolicyFile file = new PolicyFile(origin);
    file.read(new PolicyTable(origin, "the policy", toml, new Place(1, 1)));
    return new PolicyRules(origin, List.copyOf(file.rules), List.copyOf(file.warnings));
  }

  /**
   * The parser fails untyped at some texts that are no TOML; by assertions, where they are on. It
   * is recursive: what is nested beyond its own bounds must not end the thread that looks at a
   * policy.
   */
  private static TomlParseResult parsed(String origin, String text) throws PolicyException {
    try {
      return TomlGrammar.parse(origin, text);
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      throw new PolicyException(origin, "not TOML, and the parser cannot say where", e);
    }
  }

  private void read(PolicyTable policy) throws PolicyException {
    if (policy.number("version", VERSION, VERSION, 0) == 0) {
      throw new PolicyException(
          origin, policy.start(), "the policy needs the key \"version\", which is " + VERSION);
    }
    List<PolicyTable> written = policy.tables("rule", "a rule");
    policy.finish();
    if (written.size() > MAX_RULES) {
      throw new PolicyException(
          origin,
          written.get(MAX_RULES).start(),
          "rules must be 0.." + MAX_RULES + ", not " + written.size());
    }
    for (PolicyTable table : written) {
      add(rule(table), table);
    }
    if (rules.isEmpty()) {
      warnings.add(origin + ": there is no rule, so every call is denied");
    }
  }

  private void add(Rule rule, PolicyTable table) throws PolicyException {
    Integer namesake = lines.putIfAbsent(rule.name(), rule.line());
    if (namesake != null) {
      throw new PolicyException(
          origin,
          table.placeOf("name"),
          "rule " + rule.name() + " is there already, line " + namesake);
    }
    for (Rule other : rules) {
      Optional<String> both = rule.overlap(other);
      if (both.isPresent()) {
        throw new PolicyException(
            origin,
            table.start(),
            "rules "
                + other.name()
                + " (line "
                + other.line()
                + ") and "
                + rule.name()
                + " overlap, as for "
                + both.get()
                + "; one call must have one rule");
      }
    }
    if (rule.subjects().effective(List.of()).isEmpty()) {
      warnings.add(
          origin
              + ":"
              + rule.line()
              + ": rule "
              + rule.name()
              + " can never match: except takes away everybody in who");
    }
    rules.add(rule);
  }

  private Rule rule(PolicyTable table) throws PolicyException {
    String name = table.text("name", PolicyFile::ruleName);
    Rule.Subjects subjects =
        new Rule.Subjects(
            table.texts("who", PolicyFile::principals),
            table.has("except") ? table.texts("except", PolicyFile::principals) : List.of());
    Rule.Objects objects =
        new Rule.Objects(
            table.texts("service", NamePattern::new), table.texts("methods", NamePattern::new));
    Grant grant =
        new Grant(
            table.has("floor") ? table.text("floor", PolicyFile::floor) : Protection.PRIVACY,
            table.has("callback") ? callback(table.table("callback")) : EndpointPolicy.callerOnly(),
            (int) table.number("transfers", 1, Grant.MAX_TRANSFERS, TRANSFERS),
            table.size("bytes-per-second", Long.MAX_VALUE),
            table.size("bytes-in-all", Long.MAX_VALUE));
    table.finish();
    return new Rule(name, table.start().line(), subjects, objects, grant);
  }

  private EndpointPolicy callback(PolicyTable table) throws PolicyException {
    List<String> written =
        table.has("networks") ? table.texts("networks", text -> text) : List.of(CALLER);
    List<Network> networks = new ArrayList<>();
    if (table.has("networks")) {
      table.texts("networks", text -> text.equals(CALLER) ? text : Network.parse(text));
    }
    for (String text : written) {
      if (!text.equals(CALLER)) {
        Network network = Network.parse(text);
        networks.add(network);
        warnIfUseless(network, table.placeOf("networks"));
      }
    }
    int[] ports =
        table.has("ports")
            ? table.text("ports", PolicyFile::ports)
            : new int[] {CallbackPolicy.LEAST_PORT, CallbackPolicy.MOST_PORT};
    table.finish();
    return new CallbackPolicy(
        InetAddress::getAllByName, written.contains(CALLER), networks, ports[0], ports[1]);
  }

  private void warnIfUseless(Network network, Place place) {
    if (NeverDialed.isWhole(network)) {
      warnings.add(
          origin
              + ":"
              + place.line()
              + ": network "
              + network
              + " can never match: it is never dialed for a remote caller");
    }
  }

  private static String ruleName(String text) {
    if (!RULE_NAME.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "the name of a rule must be 1..64 letters, digits and . _ -, not " + Text.quoted(text));
    }
    return text;
  }

  private static NamePattern principals(String text) {
    if (!PRINCIPAL.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a principal must be client:NAME, server:NAME or *, where * stands for any characters,"
              + " not "
              + Text.quoted(text));
    }
    return new NamePattern(text);
  }

  private static Protection floor(String text) {
    return Arrays.stream(Protection.values())
        .filter(level -> level.name().equals(text))
        .findAny()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "floor must be AUTHENTICATION, INTEGRITY or PRIVACY, not "
                        + Text.quoted(text)));
  }

  private static int[] ports(String text) {
    Matcher range = PORTS.matcher(text);
    if (range.matches()) {
      int least = Integer.parseInt(range.group(1));
      int most = range.group(2) == null ? least : Integer.parseInt(range.group(2));
      if (least >= CallbackPolicy.LEAST_PORT && least <= most && most <= CallbackPolicy.MOST_PORT) {
        return new int[] {least, most};
      }
    }
    throw new IllegalArgumentException(
        "ports must be one, or a range as \"7000-7999\", in 1024..65535, not " + Text.quoted(text));
  }
}
