package dev.outband.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * What a {@link ChaosProxy} does to the bytes of one direction of one connection. Immutable; the
 * same fault may be used for any number of connections.
 *
 * <p>Positions are exact and count from 0, so that a test that fails can be run again as it was.
 * Frames are those of Outband's data connection: 1 byte type, 3 bytes big-endian length of the
 * rest.
 */
public final class Fault {

  private static final Duration MOST_DELAY = Duration.ofMinutes(1);

  private final String description;
  private final Supplier<Filter> filters;

  private Fault(String description, Supplier<Filter> filters) {
    this.description = description;
    this.filters = filters;
  }

  /**
   * Everything passes as it came.
   *
   * @return no fault
   */
  public static Fault none() {
    return new Fault("none", () -> (bytes, count, outlet) -> outlet.write(bytes, 0, count));
  }

  /**
   * Cuts the connection, both directions of it, when a certain byte comes; that byte does not pass
   * any more.
   *
   * @param at which byte, 0 or more
   * @param how as the two ends shall see it
   * @return the fault
   */
  public static Fault cut(long at, CutBy how) {
    require("cut at byte", at);
    return new Fault(
        "cut at byte " + at + " by " + how,
        () -> ByteFilters.before(at, outlet -> outlet.cut(how)));
  }

  /**
   * Passes nothing from a certain byte on and takes no more from the sender either. The other
   * direction goes on; the connection ends with it, or with the proxy.
   *
   * @param at which byte, 0 or more
   * @return the fault
   */
  public static Fault stall(long at) {
    require("stall at byte", at);
    return new Fault("stall at byte " + at, () -> ByteFilters.before(at, Filter.Outlet::stall));
  }

  /**
   * Flips one bit.
   *
   * @param bit which: eight times the byte, plus 0 for its lowest bit to 7 for its highest
   * @return the fault
   */
  public static Fault flip(long bit) {
    require("flipped bit", bit);
    return new Fault("flip bit " + bit % 8 + " of byte " + bit / 8, () -> ByteFilters.flip(bit));
  }

  /**
   * Passes every byte as a packet of its own.
   *
   * @return the fault
   */
  public static Fault byteByByte() {
    return new Fault("byte by byte", () -> ByteFilters::oneByOne);
  }

  /**
   * Passes no more than so much, evenly.
   *
   * @param bytesPerSecond 1 or more
   * @return the fault
   */
  public static Fault throttle(long bytesPerSecond) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException(
          "bytes per second must be 1 or more, not " + bytesPerSecond);
    }
    return new Fault(
        "throttle to " + bytesPerSecond + " bytes a second",
        () -> PacedFilters.throttle(bytesPerSecond));
  }

  /**
   * Passes every byte so much later, as a long line does. At most 8 MiB are under way.
   *
   * @param time zero to 1 minute
   * @return the fault
   */
  public static Fault delay(Duration time) {
    if (time.isNegative() || time.compareTo(MOST_DELAY) > 0) {
      throw new IllegalArgumentException("delay must be PT0S.." + MOST_DELAY + ", not " + time);
    }
    return new Fault("delay by " + time, () -> new PacedFilters.Delay(time.toNanos()));
  }

  /**
   * Passes some bytes twice: they are followed by themselves.
   *
   * @param at the first of them, 0 or more
   * @param bytes how many, 1 or more
   * @return the fault
   */
  public static Fault duplicate(long at, int bytes) {
    require("duplicated byte", at);
    require("further duplicated bytes", bytes - 1L);
    return new Fault(
        "duplicate " + bytes + " bytes from byte " + at, () -> ByteFilters.duplicate(at, bytes));
  }

  /**
   * A fault that somebody else chooses: a cut by FIN or RST, a stall, a flipped bit or duplicated
   * bytes, somewhere in the first bytes of a direction. The same generator in the same state gives
   * the same fault, so print its seed.
   *
   * @param random what chooses
   * @param within how many bytes the direction has, 1 or more
   * @return the fault, which says in words what it is
   */
  public static Fault drawn(Random random, long within) {
    require("bytes to draw from", within - 1);
    long at = random.nextLong(within);
    return switch (random.nextInt(5)) {
      case 0 -> cut(at, CutBy.FIN);
      case 1 -> cut(at, CutBy.RST);
      case 2 -> stall(at);
      case 3 -> flip(at * 8 + random.nextInt(8));
      default -> duplicate(at, 1 + random.nextInt(1_000));
    };
  }

  /**
   * Drops one frame.
   *
   * @param index which, 0 or more
   * @return the fault
   */
  public static Fault dropFrame(int index) {
    require("dropped frame", index);
    return frames("drop frame " + index, index, frame -> List.of());
  }

  /**
   * Passes one frame twice.
   *
   * @param index which, 0 or more
   * @return the fault
   */
  public static Fault duplicateFrame(int index) {
    require("duplicated frame", index);
    return frames("duplicate frame " + index, index, frame -> List.of(frame, frame));
  }

  /**
   * Passes one frame after the one that follows it; never, if none follows.
   *
   * @param index which, 0 or more
   * @return the fault
   */
  public static Fault swapFrames(int index) {
    require("swapped frame", index);
    return new Fault(
        "swap frames " + index + " and " + (index + 1),
        () -> new FrameFilter(new FrameFilter.Swap(index)));
  }

  /**
   * Passes one frame and right after it something that the sender never sent.
   *
   * @param index which, 0 or more
   * @param bytes what to add, a frame or not; not copied
   * @return the fault
   */
  public static Fault appendToFrame(int index, byte[] bytes) {
    require("extended frame", index);
    return frames(
        "append " + bytes.length + " bytes to frame " + index,
        index,
        frame -> List.of(frame, bytes));
  }

  /**
   * Passes something else instead of one frame.
   *
   * @param index which, 0 or more
   * @param bytes what to pass, a frame or not; not copied
   * @return the fault
   */
  public static Fault replaceFrame(int index, byte[] bytes) {
    require("replaced frame", index);
    return frames(
        "replace frame " + index + " by " + bytes.length + " bytes",
        index,
        frame -> List.of(bytes));
  }

  private static Fault frames(String description, int index, FrameFilter.Rewrite rewrite) {
    return new Fault(
        description,
        () ->
            new FrameFilter(
                (number, frame) -> number == index ? rewrite.instead(frame) : List.of(frame)));
  }

  private static void require(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " must be 0 or more, not " + value);
    }
  }

  Filter newFilter() {
    return filters.get();
  }

  /** Returns what it does, in words. */
  @Override
  public String toString() {
    return description;
  }
}
