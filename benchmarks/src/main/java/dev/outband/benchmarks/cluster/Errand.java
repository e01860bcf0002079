package dev.outband.benchmarks.cluster;

/**
 * A transfer that is not to end.
 *
 * @param direction which way the bytes go
 * @param name that a client puts under
 * @param bytesPerSecond how fast
 */
record Errand(Direction direction, String name, long bytesPerSecond) {

  static Errand parse(String text) {
    String[] parts = text.split(",", -1);
    return new Errand(Direction.valueOf(parts[0]), parts[1], Long.parseLong(parts[2]));
  }

  /** What {@link #parse} reads. */
  @Override
  public String toString() {
    return direction + "," + name + "," + bytesPerSecond;
  }
}
