package dev.outband.testkit;

import dev.outband.api.Code;
import dev.outband.api.Receipt;
import dev.outband.api.TransferException;
import java.util.Set;

/**
 * How one end of a transfer ended, with a receipt or with a failure, and how long after the start
 * of its case.
 */
record End(Receipt receipt, Throwable failure, long afterNs) {

  Receipt good() {
    return receipt;
  }

  /** Says what is wrong with it, or nothing. */
  String check(String who, Set<Code> codes, boolean mayComplete) {
    if (afterNs > Rig.BOUND.toNanos()) {
      return who + " learned it after " + afterNs / 1_000_000 + " ms";
    }
    if (codes.isEmpty()) {
      return failure == null ? "" : who + " must have a receipt, not " + failure;
    }
    if (failure == null && mayComplete) {
      return "";
    }
    if (failure == null) {
      return who + " must fail with one of " + codes + ", not have a receipt";
    }
    boolean typed =
        failure instanceof TransferException typedFailure && codes.contains(typedFailure.code());
    return typed ? "" : who + " must fail with one of " + codes + ", not " + failure;
  }

  /** Whether a deadline of its own has ended it. */
  boolean isLate() {
    return code().equals(Code.TIMEOUT.name()) || code().equals(Code.EXPIRED.name());
  }

  String code() {
    return failure == null
        ? "RECEIPT"
        : failure instanceof TransferException typed ? typed.code().name() : "UNTYPED";
  }
}
