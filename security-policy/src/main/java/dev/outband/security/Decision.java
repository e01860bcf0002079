package dev.outband.security;

/**
 * What a {@link SecurityPolicy} says about one call, and which rule says so. Immutable; what is
 * decided once stays so for the call, whatever becomes of the policy.
 */
public final class Decision {
  private final String rule;
  private final String place;
  private final Grant grant;

  private Decision(String rule, String place, Grant grant) {
    this.rule = rule;
    this.place = place;
    this.grant = grant;
  }

  static Decision allowed(Rule rule, String origin) {
    String place = rule.line() == 0 ? origin : origin + ":" + rule.line();
    return new Decision(rule.name(), place, rule.grant());
  }

  static Decision denied(String origin) {
    return new Decision("denied-by-default", origin, null);
  }

  /** Whether the call may be made. */
  public boolean isAllowed() {
    return grant != null;
  }

  /** The name of the rule that decided; {@code denied-by-default} if none allowed the call. */
  public String rule() {
    return rule;
  }

  /** Where the rule is written: file and line, or what stands in for a file. */
  public String place() {
    return place;
  }

  /**
   * What the call may do.
   *
   * @throws IllegalStateException if the call is denied
   */
  public Grant grant() {
    if (grant == null) {
      throw new IllegalStateException("a call that is denied is granted nothing");
    }
    return grant;
  }

  /** Returns the decision, the rule and its place. */
  @Override
  public String toString() {
    return (isAllowed() ? "allowed" : "denied") + ", rule=" + rule + ", place=" + place;
  }
}
