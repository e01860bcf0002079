package dev.outband.security;

/**
 * The JVM has a deserialization filter factory that does not keep Outband's lists, or has read
 * objects before there was one; see {@link SerialFilters#installJvmWide()}. The message is one line
 * that names the factory and what to do.
 */
public final class SerialFilterException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  SerialFilterException(String message, Throwable cause) {
    super(message, cause);
  }
}
