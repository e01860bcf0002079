package dev.outband.security;

import java.io.ObjectInputFilter;
import java.io.ObjectInputFilter.Config;
import java.io.ObjectInputFilter.Status;
import java.util.function.BinaryOperator;

/**
 * A deserialization filter factory (JEP 415) that recognises Outband's own RMI streams and holds
 * them to an allow-list; of every other stream it says what the JDK's built-in factory says. Public
 * so that it can be named in the JVM's {@code jdk.serialFilterFactory} property, and so that a
 * factory of the application's own can ask it; see {@link SerialFilters#installJvmWide()}. Safe for
 * use by several threads.
 */
public final class SerialFilterFactory implements BinaryOperator<ObjectInputFilter> {
  private static final ThreadLocal<Boolean> PROBING = new ThreadLocal<>();

  /** A factory without state: as good as any other. */
  public SerialFilterFactory() {}

  @Override
  public ObjectInputFilter apply(ObjectInputFilter current, ObjectInputFilter next) {
    if (PROBING.get() != null) {
      return info -> Status.REJECTED;
    }
    if (current instanceof StreamFilter filter) {
      return filter.narrowedBy(next);
    }
    StreamFilter own = current == null ? StreamFilter.forNewStream(next) : null;
    if (own != null) {
      return own;
    }
    boolean composed = current != null && next instanceof AllowList;
    return composed ? ObjectInputFilter.merge(next, current) : next;
  }

  static void install() {
    try {
      Config.setSerialFilterFactory(new SerialFilterFactory());
    } catch (IllegalStateException e) {
      requireInstalled(e);
    }
  }

  /**
   * Asks the factory that is there for the filter of a new stream: ours, asked in a probe, rejects
   * everything.
   */
  private static void requireInstalled(IllegalStateException cause) {
    PROBING.set(true);
    try {
      ObjectInputFilter filter =
          Config.getSerialFilterFactory().apply(null, Config.getSerialFilter());
      if (filter == null || filter.checkInput(new Probe()) != Status.REJECTED) {
        throw new SerialFilterException(
            "deserialization filter factory of this JVM must be"
                + " dev.outband.security.SerialFilterFactory or ask it, not "
                + Config.getSerialFilterFactory().getClass().getName()
                + ": call SerialFilters.installJvmWide() before the first ObjectInputStream, or"
                + " start the JVM with"
                + " -Djdk.serialFilterFactory=dev.outband.security.SerialFilterFactory",
            cause);
      }
    } finally {
      PROBING.remove();
    }
  }

  /** A string: what no sane filter rejects. */
  private record Probe() implements ObjectInputFilter.FilterInfo {
    @Override
    public Class<?> serialClass() {
      return String.class;
    }

    @Override
    public long arrayLength() {
      return -1;
    }

    @Override
    public long depth() {
      return 1;
    }

    @Override
    public long references() {
      return 1;
    }

    @Override
    public long streamBytes() {
      return 1;
    }
  }
}
