package dev.outband.benchmarks;

/** What every receiver does with the bytes. */
enum SinkKind {
  /** Drops them. */
  DISCARD,
  /**
   * Writes them under a temporary name, forces them to disk and moves the file to its final name.
   */
  FILE
}
