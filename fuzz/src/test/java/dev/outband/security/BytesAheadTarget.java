package dev.outband.security;

import dev.outband.fuzz.Bounds;
import dev.outband.fuzz.Input;
import dev.outband.fuzz.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Map;
import java.util.UUID;

/**
 * What comes to a client before and as the reply to its call: nothing goes where it was not asked
 * for, or is more than was, and of the reply RMI reads every byte that follows.
 */
public final class BytesAheadTarget {
  private static final UUID ID = new UUID(0x0102030405060708L, 0x1112131415161718L);
  private static final int MOST = 300;
  private static final Watchdog WATCHDOG = new Watchdog("fuzz-ahead-watchdog");
  private static final Watchdog.Watch WATCH = WATCHDOG.watch(new Socket());
  private static final Bounds BOUNDS = Bounds.of(BytesAheadTarget::decode, IOException.class);

  private BytesAheadTarget() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  static void decode(byte[] bytes) throws IOException {
    Input input = new Input(bytes);
    int piece = 1 + input.number();
    byte[] came = input.rest();
    Room room = new Room();
    try (BytesAhead.Expectation expected = BytesAhead.expect(room)) {
      MeteredStreams streams =
          new MeteredStreams(
              new Pieces(came, piece),
              new ByteArrayOutputStream(),
              WATCH,
              ControlLimits.defaults(),
              MeteredStreams.Budget.ENDLESS);
      streams.output().write(0x50);
      byte[] reply =
          new ReplyInput(streams, new PingAnswer(streams, InputStream.nullInputStream()))
              .readAllBytes();
      requireRest(came, reply);
    } finally {
      RmiMessage.forgetBegun();
    }
  }

  private static void requireRest(byte[] came, byte[] reply) {
    for (int i = 1; i <= reply.length; i++) {
      if (came[came.length - i] != reply[reply.length - i]) {
        throw new AssertionError("RMI reads what did not come last");
      }
    }
    if (reply.length > 0 && reply[0] == BytesAhead.MARK) {
      throw new AssertionError("RMI reads what is ahead of its message");
    }
  }

  /** For one ticket. */
  private static final class Room implements BytesAhead.Taker {
    private int asked;

    @Override
    public byte[] room(UUID id, int length) throws IOException {
      if (!id.equals(ID) || length > MOST) {
        throw new IOException("not asked for");
      }
      if (length < 1) {
        throw new AssertionError("asked for " + length);
      }
      asked = length;
      return new byte[length];
    }

    @Override
    public void taken(UUID id) {
      if (!id.equals(ID) || asked == 0) {
        throw new AssertionError("taken, but there was no room for it");
      }
      asked = 0;
    }
  }

  /** Replies with an object ahead of them, and without. */
  public static Map<String, byte[]> seeds() {
    byte[] reply = {0x51, 1, 2, 3};
    return Map.of(
        "reply", script(255, reply),
        "ahead", script(255, ahead(200, true), reply),
        "ahead-in-pieces", script(6, ahead(200, true), reply),
        "void-then-ahead", script(255, ahead(3, false), ahead(MOST, true), reply),
        "too-long", script(255, ahead(MOST + 1, true), reply));
  }

  private static byte[] ahead(int length, boolean isWhole) {
    return join(
        BytesAhead.head(ID, length), new byte[length], new byte[] {BytesAhead.end(isWhole)});
  }

  private static byte[] script(int piece, byte[]... parts) {
    return new Script().number(piece).rest(join(parts)).bytes();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}
