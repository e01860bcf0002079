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
 * <p>Which it is, the {@link RmiMessage} says that the thread has just begun to read, or else the
 * stack: a thread that serves a call may well deserialize on its own account, call other RMI
 * servers, or be an Outband client itself. A stream of RMI's in a place that is not known is
 * refused everything.
 */
final class StreamFilter implements ObjectInputFilter {
  private static final Logger LOG = LoggerFactory.getLogger(SerialFilters.class);
  private static final AllowList STRINGS = new AllowList(Set.of(String.class));
  private static final AllowList NOTHING = new AllowList(Set.of());
  private static final int FRAMES = 16;
  private static final String STREAM = ObjectInputStream.class.getName();

  /** Of all frames: to leave those of reflection out takes longer than to look at them. */
  private static final StackWalker STACK =
      StackWalker.getInstance(Set.of(StackWalker.Option.SHOW_REFLECT_FRAMES), FRAMES);

  private enum Place {
    ARGUMENTS,
    REPLY,
    UNKNOWN,
    NOT_OURS
  }

  private final ArrayBudget admitted;
  private final ObjectInputFilter jvmWide;
  private final CallScope scope;

  /** Whether the stream reads arguments that come over an accepted connection. */
  private final boolean isCall;

  private StreamFilter(
      AllowList admitted, ObjectInputFilter jvmWide, CallScope scope, boolean isCall) {
    this.admitted = admitted.forStream();
    this.jvmWide = jvmWide;
    this.scope = scope;
    this.isCall = isCall;
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
    return switch (place(scope)) {
      case ARGUMENTS -> Caller.isPresent() ? forCall(jvmWide) : null;
      case REPLY -> scope == null ? null : new StreamFilter(scope.replies(), jvmWide, scope, false);
      case UNKNOWN -> new StreamFilter(NOTHING, jvmWide, scope, false);
      case NOT_OURS -> null;
    };
  }

  private static StreamFilter forCall(ObjectInputFilter jvmWide) {
    return new StreamFilter(STRINGS, jvmWide, null, CallInput.expectCall());
  }

  /**
   * As the stream's user asks for it. Only Outband's exports ask with an allow-list; the JDK's
   * registry is left with strings.
   */
  StreamFilter narrowedBy(ObjectInputFilter asked) {
    if (scope != null) {
      return new StreamFilter(NOTHING, jvmWide, scope, false);
    }
    return new StreamFilter(
        asked instanceof AllowList list ? list : STRINGS, jvmWide, null, isCall);
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
      if (isCall) {
        CallInput.refuse();
      }
    } else if (isCall) {
      // What it throws refuses the stream as well, and the reply says why.
      CallInput.hold(admitted.heldBytes());
    }
    return status;
  }

  private void tell(FilterInfo info) {
    if (scope != null) {
      scope.refuse(info.serialClass());
    } else {
      LOG.warn(
          "argument refused: {} is not admitted, arrayLength={}, depth={}, references={},"
              + " caller={}",
          info.serialClass() == null ? "so large a graph" : info.serialClass().getName(),
          info.arrayLength(),
          info.depth(),
          info.references(),
          Caller.current());
      AuditLine.denyCaller(
          "argument",
          info.serialClass() == null
              ? "so large a graph is not admitted"
              : info.serialClass().getName() + " is not admitted");
    }
  }

  private static Place place(CallScope scope) {
    RmiMessage begun = RmiMessage.takeBegun();
    if (begun == RmiMessage.CALL && Caller.isPresent()) {
      return Place.ARGUMENTS;
    }
    if (begun == RmiMessage.RETURN && scope != null) {
      return Place.REPLY;
    }
    return STACK.walk(StreamFilter::place);
  }

  private static Place place(Stream<StackFrame> stack) {
    Iterator<StackFrame> frames = stack.iterator();
    StackFrame maker = makerOfStream(frames);
    if (maker == null || !maker.getClassName().equals("sun.rmi.server.MarshalInputStream")) {
      return Place.NOT_OURS;
    }
    for (int i = 1; i < FRAMES && frames.hasNext(); i++) {
      StackFrame frame = frames.next();
      // The name of a method is dear, so only where it may matter.
      switch (frame.getClassName()) {
        case "sun.rmi.transport.StreamRemoteCall":
          if (frame.getMethodName().equals("executeCall")) {
            return Place.REPLY;
          }
          break;
        case "sun.rmi.transport.Transport":
          if (frame.getMethodName().equals("serviceCall")) {
            return Place.ARGUMENTS;
          }
          break;
        case "java.rmi.MarshalledObject":
          if (frame.getMethodName().equals("get")) {
            return Place.NOT_OURS;
          }
          break;
        default:
      }
    }
    return Place.UNKNOWN;
  }

  /** The frame below those of the stream that is being made; null if there is none. */
  private static StackFrame makerOfStream(Iterator<StackFrame> frames) {
    boolean found = false;
    while (frames.hasNext()) {
      StackFrame frame = frames.next();
      boolean isStream = frame.getClassName().equals(STREAM);
      if (found && !isStream) {
        return frame;
      }
      found |= isStream;
    }
    return null;
  }
}
