package dev.outband.security;

import java.io.ObjectInputFilter;
import java.util.Objects;
import java.util.Optional;

/**
 * The time in which a thread makes one remote call as a client of Outband. Says what the reply may
 * consist of: RMI itself reads results and exceptions without any filter. To be entered around the
 * call, by the client's façade:
 *
 * <pre>{@code
 * try (CallScope scope = CallScope.enter(SerialFilters.replies(method))) {
 *   return method.invoke(stub, arguments);
 * }
 * }</pre>
 *
 * <p>Belongs to the thread that entered it.
 */
public final class CallScope implements AutoCloseable {
  private static final ThreadLocal<CallScope> CURRENT = new ThreadLocal<>();

  private final CallScope outer;
  private final AllowList replies;
  private final boolean mayDial;
  private Class<?> refused;

  private CallScope(CallScope outer, AllowList replies, boolean mayDial) {
    this.outer = outer;
    this.replies = replies;
    this.mayDial = mayDial && (outer == null || outer.mayDial);
  }

  /**
   * Enters a scope; close it in the same method.
   *
   * @param replies one of the filters of {@link SerialFilters}
   * @return the scope
   * @throws IllegalArgumentException if the filter is of another making
   */
  public static CallScope enter(ObjectInputFilter replies) {
    return enter(replies, true);
  }

  /**
   * Enters a scope in which, and in those within it, a call that finds no open connection fails.
   *
   * @param replies one of the filters of {@link SerialFilters}
   * @return the scope
   * @throws IllegalArgumentException if the filter is of another making
   */
  public static CallScope enterWithoutDialing(ObjectInputFilter replies) {
    return enter(replies, false);
  }

  private static CallScope enter(ObjectInputFilter replies, boolean mayDial) {
    Objects.requireNonNull(replies, "replies");
    if (!(replies instanceof AllowList list)) {
      throw new IllegalArgumentException(
          "replies must be a filter of SerialFilters, not a " + replies.getClass().getName());
    }
    CallScope scope = new CallScope(CURRENT.get(), list, mayDial);
    // What a thread began to read outside of any scope is none of this one's.
    RmiMessage.forgetBegun();
    CURRENT.set(scope);
    return scope;
  }

  /** The name of the class for which the reply was refused, if it was. */
  public Optional<String> refused() {
    return Optional.ofNullable(refused).map(Class::getName);
  }

  /** Ends the scope. */
  @Override
  public void close() {
    RmiMessage.forgetBegun();
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
  }

  static boolean isActive() {
    return CURRENT.get() != null;
  }

  /** Whether this thread may open connections; outside of any scope it may. */
  static boolean mayDial() {
    CallScope current = CURRENT.get();
    return current == null || current.mayDial;
  }

  static CallScope current() {
    return CURRENT.get();
  }

  AllowList replies() {
    return replies;
  }

  void refuse(Class<?> type) {
    refused = type;
  }
}
