package dev.outband.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A file that is one of two by turns, put into its place in one step, and what is in force between
 * two turns. One thread at a time turns.
 */
final class Swapped {

  private final Path file;
  private final Path one;
  private final Path other;

  /** The time of the file. */
  private long seconds;

  /** Odd while a turn is on the way; divisible by 4 while the first of the two is in force. */
  private volatile int version;

  /** Puts the first one into place. */
  Swapped(Path file, Path one, Path other) throws IOException {
    this.file = file;
    this.one = one;
    this.other = other;
    place(one);
  }

  /** Puts the other one into place, and has it taken up. */
  void turn(Runnable takenUp) {
    int now = version;
    version = now + 1;
    try {
      place(now % 4 == 0 ? other : one);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    takenUp.run();
    version = now + 2;
  }

  private void place(Path which) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.copy(which, next, StandardCopyOption.COPY_ATTRIBUTES);
    touch(next);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Leaves the file as it is, with a time of its own. */
  void touch() {
    try {
      touch(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Files that come within a tick of the system's clock would have one time otherwise. */
  private void touch(Path touched) throws IOException {
    seconds++;
    Files.setLastModifiedTime(touched, FileTime.from(seconds, TimeUnit.SECONDS));
  }

  /**
   * Asks what is in force.
   *
   * @param isFirst gives whether it is the first of the two
   * @return whether that was so at some moment of the question
   */
  boolean agrees(BooleanSupplier isFirst) {
    int before = version;
    boolean first = isFirst.getAsBoolean();
    return before % 2 != 0 || version != before || first == (before % 4 == 0);
  }
}
