package dev.outband.security;

import java.util.List;

/**
 * A policy as it was read at one time. No two rules match the same call, so their order says
 * nothing.
 *
 * @param origin the file, or what stands in for one
 * @param rules the rules
 * @param warnings what is allowed to be written so but is hardly meant so
 */
record PolicyRules(String origin, List<Rule> rules, List<String> warnings) {

  Decision decide(Principal caller, String service, String method) {
    String principal = caller.toString();
    for (Rule rule : rules) {
      if (rule.matches(principal, service, method)) {
        return Decision.allowed(rule, origin);
      }
    }
    return Decision.denied(origin);
  }

  boolean mayLookUp(Principal caller, String service) {
    String principal = caller.toString();
    return rules.stream().anyMatch(rule -> rule.matches(principal, service));
  }
}
