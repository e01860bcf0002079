package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.transport.ActiveTransmission.Candidate;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;

/**
 * The endpoints to which a transmission may connect: which one is tried, which are to be, and what
 * came of those that were. Confined to the thread of the transmission's loop.
 */
final class Candidates {
  private final Deque<Candidate> untried;
  private final Deque<Candidate> again = new ArrayDeque<>();
  private final StringJoiner tried = new StringJoiner("; ");
  private Candidate current;
  private boolean isSecond;
  private TransferException failure;

  /** Whatever fails next tells more. */
  private boolean isWeak;

  Candidates(List<Candidate> admitted) {
    this.untried = new ArrayDeque<>(admitted);
  }

  /** Which one is tried; null before the first is. */
  Candidate current() {
    return current;
  }

  boolean hasNext() {
    return !untried.isEmpty() || !again.isEmpty();
  }

  /** Goes on to the next one: those that are to be tried for the second time come last. */
  Candidate next() {
    isSecond = untried.isEmpty();
    current = isSecond ? again.remove() : untried.remove();
    return current;
  }

  /** Goes on to the one with that address, over what is open already: that counts as no try. */
  Candidate use(InetSocketAddress address) {
    current =
        untried.stream().filter(known -> known.address().equals(address)).findFirst().orElseThrow();
    return current;
  }

  /** How many are left that have not been tried. */
  int untried() {
    return untried.size();
  }

  /** Has the current one tried for a second time; false if this is the second time. */
  boolean tryAgain() {
    if (!isSecond) {
      again.add(current);
    }
    return !isSecond;
  }

  /** Has the current one tried for as often as it takes: a transfer has begun there. */
  void redial() {
    untried.add(current);
  }

  /** A transfer begins at the current one: no other has another chance. */
  void opened() {
    again.clear();
  }

  /**
   * Notes what came of the current one.
   *
   * @param isAgain whether it will be tried again
   */
  void failed(TransferException why, boolean isAgain) {
    tried.add(
        current.endpoint()
            + " ("
            + current.address().getAddress().getHostAddress()
            + "): "
            + why.getMessage());
    if (failure == null || isWeak) {
      failure = why;
      isWeak = isAgain || why.code() == Code.UNREACHABLE;
    }
  }

  /** Why none was opened: what was tried, and the code that tells most. */
  TransferException failure(UUID transfer) {
    return new TransferException(
        failure.code(), "the data connection was not opened: " + tried, transfer, failure);
  }
}
