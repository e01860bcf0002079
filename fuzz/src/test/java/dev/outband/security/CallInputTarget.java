package dev.outband.security;

import dev.outband.fuzz.Bounds;
import dev.outband.fuzz.Input;
import dev.outband.fuzz.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.Map;

/**
 * A call as it comes over a control connection, in pieces: its beginning is judged, and then read
 * as RMI reads it. Whatever its blocks are, no argument of a call of RMI's own objects may be
 * reached, but for the registry's look-up and list.
 */
public final class CallInputTarget {
  private static final int CALL = 0x50;
  private static final int COLLECTOR = 2;
  private static final int ANYONE = 77;
  private static final long REGISTRY_HASH = 4905912898345647071L;
  private static final int IDENTIFIER_BYTES = 22;
  private static final ObjectInputFilter FILTER =
      SerialFilters.arguments(Service.class, java.util.List.of());
  private static final Caller CALLER =
      new Caller(
          new Principal("me", Role.CLIENT),
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));

  /** Never dialed and never written to for long, so the watchdog has nothing to do. */
  private static final Watchdog WATCHDOG = new Watchdog("fuzz-watchdog");

  private static final Watchdog.Watch WATCH = WATCHDOG.watch(new Socket());
  private static final Bounds BOUNDS = Serialized.bounds(CallInputTarget::decode);

  private CallInputTarget() {}

  /** What the arguments are for. */
  interface Service extends Remote {
    /** Never called. */
    void call(String name, Duration time) throws RemoteException;
  }

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  static void decode(byte[] bytes) throws IOException, ClassNotFoundException {
    Input input = new Input(bytes);
    int piece = 1 + input.number();
    byte[] call = input.rest();
    requireSameInPieces(call, piece);
    Caller.enter(CALLER, null);
    try {
      read(call, piece);
    } finally {
      CallInput.serve(null);
      RmiMessage.forgetBegun();
      Caller.leave();
    }
  }

  /** As RMI does it: a byte, a stream, the numbers of a call, its arguments. */
  private static void read(byte[] call, int piece) throws IOException, ClassNotFoundException {
    MeteredStreams streams =
        new MeteredStreams(
            new Pieces(call, piece),
            new ByteArrayOutputStream(),
            WATCH,
            ControlLimits.defaults(),
            MeteredStreams.Budget.ENDLESS);
    streams.output().write(0);
    CallInput in = new CallInput(streams);
    CallInput.serve(in);
    if (in.read() != CALL || RmiMessage.takeBegun() != RmiMessage.CALL) {
      return;
    }
    CallInput.expectCall();
    try (ObjectInputStream arguments = new ObjectInputStream(in)) {
      arguments.setObjectInputFilter(((AllowList) FILTER).forStream());
      byte[] identifier = new byte[IDENTIFIER_BYTES];
      arguments.readFully(identifier);
      int operation = arguments.readInt();
      long hash = arguments.readLong();
      requireAdmitted(ByteBuffer.wrap(identifier), operation, hash);
      while (arguments.available() > 0) {
        arguments.readByte();
      }
      Object first = arguments.readObject();
      Object second = arguments.readObject();
      if (!isListed(first) || !isListed(second)) {
        throw new AssertionError("not on the list: " + first + ", " + second);
      }
    } catch (RuntimeException | InternalError e) {
      throw Serialized.malformed(e);
    }
  }

  private static boolean isListed(Object read) {
    return read == null
        || ((AllowList) FILTER).contains(AllowList.element(read.getClass()))
        || AllowList.element(read.getClass()).isPrimitive();
  }

  private static void requireAdmitted(ByteBuffer identifier, int operation, long hash) {
    long number = identifier.getLong();
    boolean isReserved =
        identifier.getInt() == 0 && identifier.getLong() == 0 && identifier.getShort() == 0;
    boolean isRead = number == 0 && (operation == 1 || operation == 2) && hash == REGISTRY_HASH;
    if (isReserved && !isRead) {
      throw new AssertionError(
          "a call of RMI's own objects: object=" + number + ", operation=" + operation);
    }
  }

  private static void requireSameInPieces(byte[] call, int piece) {
    if (call.length > 0) {
      CallBeginning whole = judged(call, call.length);
      CallBeginning parts = judged(call, piece);
      if (!String.valueOf(whole.complaint()).equals(String.valueOf(parts.complaint()))
          || whole.isLease() != parts.isLease()
          || whole.isExpected() != parts.isExpected()) {
        throw new AssertionError("in pieces of " + piece + " it is another call");
      }
    }
  }

  private static CallBeginning judged(byte[] call, int piece) {
    CallBeginning beginning = new CallBeginning();
    beginning.expect();
    for (int from = 1; from < call.length; from += piece) {
      beginning.take(ByteBuffer.wrap(call, from, Math.min(piece, call.length - from)));
    }
    return beginning;
  }

  /** Well-formed calls. */
  public static Map<String, byte[]> seeds() {
    return Map.of(
        "call", call(255, ANYONE, 9, -1, 7, 0),
        "call-of-a-long-block", call(255, ANYONE, 9, -1, 7, 30),
        "call-byte-by-byte", call(0, ANYONE, 9, -1, 7, 1),
        "look-up", call(16, 0, 0, 2, REGISTRY_HASH, 0),
        "bind", call(16, 0, 0, 0, REGISTRY_HASH, 0),
        "dirty", call(3, COLLECTOR, 0, 1, -669196253586618813L, 1));
  }

  private static byte[] call(
      int piece, long object, int unique, int operation, long hash, int numbers) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(CALL);
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.write(ByteBuffer.allocate(IDENTIFIER_BYTES).putLong(object).putInt(unique).array());
      out.writeInt(operation);
      out.writeLong(hash);
      for (int i = 0; i < numbers; i++) {
        out.writeLong(i);
      }
      out.writeObject("a name");
      out.writeObject(Duration.ofSeconds(1));
    } catch (IOException e) {
      throw new IllegalStateException("writing a seed", e);
    }
    return new Script().number(piece).rest(bytes.toByteArray()).bytes();
  }
}
