package dev.outband.testkit;

import dev.outband.api.Direction;
import java.util.Objects;

/**
 * What a {@link ChaosProxy} does to one connection.
 *
 * @param toListener what it does to the bytes from the dialer to the listener
 * @param fromListener what it does to the bytes from the listener to the dialer
 * @param recorded whether it keeps a copy of both directions, as sent, in memory
 */
public record Plan(Fault toListener, Fault fromListener, boolean recorded) {

  /** Both directions pass, and nothing is recorded. */
  public static final Plan PASSING = new Plan(Fault.none(), Fault.none(), false);

  /** Both directions pass and are recorded. */
  public static final Plan RECORDING = new Plan(Fault.none(), Fault.none(), true);

  /** Checks that nothing is absent. */
  public Plan {
    Objects.requireNonNull(toListener, "toListener");
    Objects.requireNonNull(fromListener, "fromListener");
  }

  /**
   * A fault in one direction; the other one passes, and nothing is recorded.
   *
   * @param direction which
   * @param fault what to do to it
   * @return the plan
   */
  public static Plan of(Direction direction, Fault fault) {
    return direction == Direction.TO_LISTENER
        ? new Plan(fault, Fault.none(), false)
        : new Plan(Fault.none(), fault, false);
  }

  Fault fault(Direction direction) {
    return direction == Direction.TO_LISTENER ? toListener : fromListener;
  }
}
