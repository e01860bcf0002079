package dev.outband.client;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Why a call got no answer from any server that was asked. */
final class CallFailures {
  private final String call;
  private final boolean isTyped;
  private final List<AttemptFailedException> attempts = new ArrayList<>();

  /** Whether the method may throw a TransferException. */
  CallFailures(String call, boolean isTyped) {
    this.call = call;
    this.isTyped = isTyped;
  }

  void add(AttemptFailedException attempt) {
    attempts.add(attempt);
  }

  /** What the last server's failure means, alone. */
  Exception last() {
    return CallFailure.declared(isTyped, attempts.get(attempts.size() - 1).plain());
  }

  /** What all of them mean together. */
  Exception all() {
    if (attempts.isEmpty()) {
      return CallFailure.declared(
          isTyped, new TransferException(Code.UNREACHABLE, call + ": the client is closed"));
    }
    if (attempts.size() == 1) {
      return last();
    }
    Exception last = attempts.get(attempts.size() - 1).plain();
    TransferException whole =
        new TransferException(
            code(),
            "no server answered: "
                + attempts.stream()
                    .map(AttemptFailedException::getMessage)
                    .collect(Collectors.joining("; ")),
            last);
    return CallFailure.declared(isTyped, whole);
  }

  /** The code that all share, and else the strongest: that a call may have run. */
  private Code code() {
    List<Code> codes = attempts.stream().map(CallFailures::code).distinct().toList();
    if (codes.size() == 1) {
      return codes.get(0);
    }
    return attempts.stream()
        .filter(attempt -> attempt.ran() == AttemptFailedException.Ran.MAYBE)
        .map(CallFailures::code)
        .findFirst()
        .orElse(codes.contains(Code.SHUTTING_DOWN) ? Code.SHUTTING_DOWN : Code.UNREACHABLE);
  }

  private static Code code(AttemptFailedException attempt) {
    if (attempt.plain() instanceof TransferException typed) {
      return typed.code();
    }
    return attempt.plain() instanceof CallFailedException plain ? plain.code() : Code.UNREACHABLE;
  }
}
