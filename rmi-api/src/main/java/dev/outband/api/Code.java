package dev.outband.api;

/** Why a transfer failed. Each code says whether the caller may try the same call again. */
public enum Code {
  /** The named object is not there. Trying again does not help until somebody puts it there. */
  NOT_FOUND(false),
  /**
   * The name or the argument makes no sense to the service: a folder, an empty name, a path that
   * leaves its root.
   */
  INVALID(false),
  /** The policy, the role or the file system says no. Trying again does not help. */
  FORBIDDEN(false),
  /**
   * No advertised endpoint could be reached; the message names each one with its reason. May be
   * tried again.
   */
  UNREACHABLE(true),
  /**
   * The other end did not prove that it knows the ticket's secret. Somebody else listens there, or
   * interferes.
   */
  NOT_PROVEN(false),
  /**
   * The listener knows no such ticket: it was used, it expired, or the process was restarted. Ask
   * with a new one.
   */
  UNKNOWN_TICKET(true),
  /** The reception's time to be opened ran out. Ask with a new one. */
  EXPIRED(true),
  /** The two ends share no version of the protocol. Trying again does not help. */
  VERSION(false),
  /** The other end broke the protocol. Trying again does not help. */
  PROTOCOL(false),
  /** The offered protection is below the floor of one end. Trying again does not help. */
  PROTECTION_TOO_LOW(false),
  /**
   * A limit that is stated in the message was exceeded: bytes, segments, connections, the length of
   * a call. Not with the same object. A call that a server refused for what it would take of its
   * memory did not run; it may go through at another server, or once other calls have ended.
   */
  LIMIT_EXCEEDED(false),
  /** The connection ended before the authenticated end of the data. May be tried again. */
  TRUNCATED(true),
  /**
   * Bytes did not verify: they were changed, dropped, repeated or reordered on the way. May be
   * tried again.
   */
  CORRUPT(true),
  /**
   * The connection was lost. May be tried again; after a transmitter saw it, the object may have
   * arrived whole.
   */
  CONNECTION_LOST(true),
  /** A deadline passed; the message names which and how long it was. May be tried again. */
  TIMEOUT(true),
  /** One of the two ends cancelled the transfer. */
  CANCELLED(false),
  /** The source failed, shrank or grew while it was read. May be tried again. */
  SOURCE_FAILED(true),
  /** The sink could not take the bytes. Trying again helps once its cause is gone. */
  SINK_FAILED(false),
  /** The receiver's disk or quota is full. Trying again helps once there is room. */
  NO_SPACE(false),
  /** The process takes no new transfers because it shuts down. Ask another server, or later. */
  SHUTTING_DOWN(true),
  /** A fault in Outband or in the service; the process that made it has logged the cause. */
  INTERNAL(false),
  /**
   * The receiver holds a part of another content than the source has now; no byte was sent. Ask
   * again with a reception for the whole object.
   */
  CONTENT_CHANGED(true),
  /**
   * The receiver holds a part of an object, but the source cannot say which content it has, or
   * cannot be read from the middle; no byte was sent. Ask again with a reception for the whole
   * object.
   */
  NOT_RESUMABLE(true);

  private final boolean retriable;

  Code(boolean retriable) {
    this.retriable = retriable;
  }

  /**
   * Whether the same call, made again with a new reception, may succeed without anybody changing
   * anything.
   *
   * @return true if it may
   */
  public boolean isRetriable() {
    return retriable;
  }
}
