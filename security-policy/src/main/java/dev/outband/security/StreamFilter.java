package dev.outband.security;

import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.lang.StackWalker.StackFrame;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The filter of one of Outband's own RMI streams, from its making on: the arguments of a call that
 * came over a control port, or the reply to a call in a {@link CallScope}.
 *
 * <p>Which it is, the stack says: a thread that serves a call may well deserialize on its own
 * account, call other RMI servers, or be an Outband client itself. A stream of RMI's in a place
 * that is not known is refused everything.
 */
final class StreamFilter implements ObjectInputFilter {
  private static final Logger LOG = LoggerFactory.getLogger(SerialFilters.class);
  private static final AllowList STRINGS = new AllowList(Set.of(String.class));
  private static final AllowList NOTHING = new AllowList(Set.of());
  private static final int FRAMES = 16;

  private enum Place {
    ARGUMENTS,
    REPLY,
    UNKNOWN,
    NOT_OURS
  }

  private final AllowList admitted;
  private final ObjectInputFilter jvmWide;
  private final CallScope scope;

  private StreamFilter(AllowList admitted, ObjectInputFilter jvmWide, CallScope scope) {
    this.admitted = admitted;
    this.jvmWide = jvmWide;
    this.scope = scope;
  }

  /**
   * The filter for the stream that this thread is just making; null if that is not one of
   * Outband's.
   */
  static StreamFilter forNewStream(ObjectInputFilter jvmWide) {
    CallScope scope = CallScope.current();
    if (scope == null && !Caller.isPresent()) {
      return null;
    }
    return switch (StackWalker.getInstance().walk(StreamFilter::place)) {
      case ARGUMENTS -> Caller.isPresent() ? new StreamFilter(STRINGS, jvmWide, null) : null;
      case REPLY -> scope == null ? null : new StreamFilter(scope.replies(), jvmWide, scope);
      case UNKNOWN -> new StreamFilter(NOTHING, jvmWide, scope);
      case NOT_OURS -> null;
    };
  }

  /**
   * As the stream's user asks for it. Only Outband's exports ask with an allow-list; the JDK's
   * registry is left with strings, and its garbage collector with nothing: what its leases would
   * do, Outband does itself.
   */
  StreamFilter narrowedBy(ObjectInputFilter asked) {
    if (scope != null) {
      return new StreamFilter(NOTHING, jvmWide, scope);
    }
    return new StreamFilter(asked instanceof AllowList list ? list : STRINGS, jvmWide, null);
  }

  @Override
  public Status checkInput(FilterInfo info) {
    Status status = admitted.checkInput(info);
    if (status != Status.REJECTED
        && jvmWide != null
        && jvmWide.checkInput(info) == Status.REJECTED) {
      status = Status.REJECTED;
    }
    if (status == Status.REJECTED) {
      tell(info);
    }
    return status;
  }

  private void tell(FilterInfo info) {
    if (scope != null) {
      scope.refuse(info.serialClass());
    } else if (info.serialClass() != null
        && Forbidden.isLease(AllowList.element(info.serialClass()))) {
      LOG.debug("lease refused, caller={}", Caller.current());
    } else {
      LOG.warn(
          "argument refused: {} is not admitted, arrayLength={}, depth={}, references={},"
              + " caller={}",
          info.serialClass() == null ? "so large a graph" : info.serialClass().getName(),
          info.arrayLength(),
          info.depth(),
          info.references(),
          Caller.current());
    }
  }

  private static Place place(Stream<StackFrame> stack) {
    Iterator<StackFrame> frames =
        stack
            .dropWhile(frame -> !isStream(frame))
            .dropWhile(StreamFilter::isStream)
            .limit(FRAMES)
            .iterator();
    if (!frames.hasNext()
        || !frames.next().getClassName().equals("sun.rmi.server.MarshalInputStream")) {
      return Place.NOT_OURS;
    }
    while (frames.hasNext()) {
      StackFrame frame = frames.next();
      switch (frame.getClassName() + "." + frame.getMethodName()) {
        case "sun.rmi.transport.StreamRemoteCall.executeCall":
          return Place.REPLY;
        case "sun.rmi.transport.Transport.serviceCall":
          return Place.ARGUMENTS;
        case "java.rmi.MarshalledObject.get":
          return Place.NOT_OURS;
        default:
      }
    }
    return Place.UNKNOWN;
  }

  private static boolean isStream(StackFrame frame) {
    return frame.getClassName().equals(ObjectInputStream.class.getName());
  }
}
