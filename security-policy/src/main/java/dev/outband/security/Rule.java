package dev.outband.security;

import java.util.List;
import java.util.Optional;

/**
 * One rule of a policy.
 *
 * @param name what the audit log calls it
 * @param line where it is written; 0 where it is in no file
 * @param subjects whom it is for
 * @param objects what it lets them call
 * @param grant what their calls may do
 */
record Rule(String name, int line, Subjects subjects, Objects objects, Grant grant) {

  /** Whom a rule is for: who matches one pattern of the first list and none of the second. */
  record Subjects(List<NamePattern> who, List<NamePattern> except) {
    boolean matches(String principal) {
      return any(who, principal) && !any(except, principal);
    }

    /** The patterns that still match somebody. */
    List<NamePattern> effective(List<NamePattern> alsoExcept) {
      return who.stream()
          .filter(one -> except.stream().noneMatch(out -> out.covers(one)))
          .filter(one -> alsoExcept.stream().noneMatch(out -> out.covers(one)))
          .toList();
    }
  }

  /** What a rule lets its subjects call. */
  record Objects(List<NamePattern> services, List<NamePattern> methods) {}

  boolean matches(String principal, String service, String method) {
    return any(objects.methods(), method) && matches(principal, service);
  }

  boolean matches(String principal, String service) {
    return any(objects.services(), service) && subjects.matches(principal);
  }

  boolean isForService(String service) {
    return any(objects.services(), service);
  }

  /** A call that both rules would decide, in words; empty if there is none. */
  Optional<String> overlap(Rule other) {
    Optional<String> who =
        common(
            subjects.effective(other.subjects.except()),
            other.subjects.effective(subjects.except()));
    Optional<String> service = common(objects.services(), other.objects.services());
    Optional<String> method = common(objects.methods(), other.objects.methods());
    if (who.isEmpty() || service.isEmpty() || method.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        who.get() + " calling method " + method.get() + " of service " + service.get());
  }

  private static Optional<String> common(List<NamePattern> ours, List<NamePattern> theirs) {
    for (NamePattern one : ours) {
      for (NamePattern other : theirs) {
        if (one.overlaps(other)) {
          return Optional.of(one.covers(other) ? other.text() : one.text());
        }
      }
    }
    return Optional.empty();
  }

  private static boolean any(List<NamePattern> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> pattern.matches(name));
  }
}
