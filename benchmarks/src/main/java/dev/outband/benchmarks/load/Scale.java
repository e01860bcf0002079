package dev.outband.benchmarks.load;

/**
 * How large a run is; a test runs the same programs small.
 *
 * @param transfers how many at once
 * @param objectBytes what each moves
 * @param stalled how many receivers stand nearly still
 * @param settleSeconds until a stalled transfer is stalled at both ends
 * @param waiting how many receptions wait
 * @param silent how many connections say nothing; a tenth as many more say little
 * @param streamBytes what a single stream moves
 * @param hugeBytes the object that is larger than any heap
 * @param cancels how often each way of cancelling is tried
 * @param rounds how often what is compared is measured
 */
record Scale(
    int transfers,
    int objectBytes,
    int stalled,
    int settleSeconds,
    int waiting,
    int silent,
    long streamBytes,
    long hugeBytes,
    int cancels,
    int rounds) {

  static final Scale FULL =
      new Scale(1_000, 16 << 20, 100, 8, 10_000, 10_000, 1L << 30, 16L << 30, 20, 5);
  static final Scale SMALL = new Scale(10, 1 << 20, 4, 0, 100, 2_000, 8 << 20, 32 << 20, 1, 1);
}
