package dev.outband.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Runs contenders against each other: all pairs of processes are started, and for each size they
 * are warmed up one by one and then take turns, A B C, B C A, C A B, so that whatever else the
 * machine does hits all of them alike. Blocks; for use by one thread.
 */
final class Race implements AutoCloseable {
  /** The first byte of a longer file is waited for in a file of this length. */
  private static final ByteSize MOST_TO_FIRST_BYTE = ByteSize.parse("64MiB");

  /** What a receiver does to see the first byte is warmed up, too. */
  private static final ByteSize WARM_UP_FIRST_BYTE = ByteSize.parse("64KiB");

  private static final int WARM_UP_FIRST_BYTES = 50;

  /** How many times as long the first size is warmed up: new JVMs compile for the first minute. */
  static final int COLD = 8;

  private static final int MAX_TRANSFERS = 20_000;

  /** So many that it is the time that ends a warm-up. */
  private static final int MAX_WARM_UP_TRANSFERS = 1_000_000;

  /**
   * What to run.
   *
   * @param contenders in the order of the first round
   * @param sizes lengths of files
   * @param rounds rounds that are recorded, of each size
   * @param roundTime how long a round begins further transfers; one that is longer ends
   * @param warmUp how long each contender is warmed up at each size, by transfers and rounds that
   *     are not recorded; the first size takes {@value #COLD} times as long; zero for none
   */
  record Plan(
      List<Contender> contenders,
      List<ByteSize> sizes,
      int rounds,
      Duration roundTime,
      Duration warmUp) {
    Plan {
      contenders = List.copyOf(contenders);
      sizes = sizes.stream().sorted((a, b) -> Long.compare(a.bytes(), b.bytes())).toList();
      if (rounds < 1) {
        throw new IllegalArgumentException("rounds must be 1 or more, not " + rounds);
      }
    }
  }

  private final Plan plan;
  private final Consumer<String> progress;
  private final List<Pair> pairs = new ArrayList<>();

  private Race(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /** Writes the files and starts all processes. */
  static Race start(Plan plan, Launch launch, Workplace workplace, Consumer<String> progress)
      throws IOException, InterruptedException {
    Race race = new Race(plan, progress);
    try {
      InputFiles inputs = new InputFiles(workplace);
      inputs.write(PingRound.SIZE.bytes());
      for (Contender contender : plan.contenders()) {
        for (ByteSize size : plan.sizes()) {
          inputs.write(Math.min(size.bytes(), contender.mostBytes()));
          inputs.write(Math.min(WARM_UP_FIRST_BYTE.bytes(), contender.mostBytes()));
          inputs.write(Math.min(firstByteSize(size).bytes(), contender.mostBytes()));
        }
        race.pairs.add(Pair.start(contender, launch, workplace));
        progress.accept("started " + contender.name());
      }
      return race;
    } catch (IOException | InterruptedException e) {
      race.close();
      throw e;
    }
  }

  /** The version of the JDK that runs all processes. */
  String jdk() {
    return pairs.get(0).jdk();
  }

  /** Runs all rounds of all sizes, shortest first. */
  List<Round> run() throws IOException, InterruptedException {
    List<Round> rounds = new ArrayList<>();
    for (ByteSize size : plan.sizes()) {
      rounds.addAll(runSize(size));
    }
    return rounds;
  }

  /** Runs the rounds of transfers beside empty calls, of those contenders that have both. */
  List<PingRound> ping(int times) throws IOException, InterruptedException {
    List<PingRound> rounds = new ArrayList<>();
    for (Pair pair : pairs) {
      if (pair.contender().name().equals(OutbandContender.PRIVACY)) {
        pair.fetch(new Pair.Turn(PingRound.SIZE, MAX_WARM_UP_TRANSFERS, plan.warmUp()));
        for (int number = 1; number <= plan.rounds(); number++) {
          rounds.add(pair.ping(number, times, PingRound.SIZE));
        }
      }
    }
    return rounds;
  }

  private List<Round> runSize(ByteSize size) throws IOException, InterruptedException {
    for (Pair pair : pairs) {
      pair.check(size);
      warmUp(pair, size);
    }
    progress.accept(size + " checked and warm");
    List<Round> measured = new ArrayList<>();
    if (!plan.warmUp().isZero()) {
      // Those that were warm first have waited for the others, longer than some connections live.
      for (Pair pair : pairs) {
        Round unused = pair.run(turn(size), 0, firstByteSize(size));
      }
    }
    for (int number = 1; number <= plan.rounds(); number++) {
      for (int i = 0; i < pairs.size(); i++) {
        Pair pair = pairs.get((i + number - 1) % pairs.size());
        Round round = pair.run(turn(size), number, firstByteSize(size));
        measured.add(round);
        progress.accept(line(round));
      }
    }
    return measured;
  }

  /**
   * Transfers, then whole rounds, at least one, for half of the time each: what a round asks for
   * besides its transfers makes both JVMs compile anew what these are made of.
   */
  private void warmUp(Pair pair, ByteSize size) throws IOException, InterruptedException {
    if (plan.warmUp().isZero()) {
      return;
    }
    pair.warmUpFirstByte(WARM_UP_FIRST_BYTE, WARM_UP_FIRST_BYTES);
    boolean isCold = size.equals(plan.sizes().get(0));
    Duration half = plan.warmUp().multipliedBy(isCold ? COLD : 1).dividedBy(2);
    pair.fetch(new Pair.Turn(size, MAX_WARM_UP_TRANSFERS, half));
    long endNs = System.nanoTime() + half.toNanos();
    while (System.nanoTime() - endNs < 0) {
      Round unused = pair.run(turn(size), 0, firstByteSize(size));
    }
  }

  private Pair.Turn turn(ByteSize size) {
    return new Pair.Turn(size, MAX_TRANSFERS, plan.roundTime());
  }

  private static ByteSize firstByteSize(ByteSize size) {
    return size.bytes() < MOST_TO_FIRST_BYTE.bytes() ? size : MOST_TO_FIRST_BYTE;
  }

  private static String line(Round round) {
    return String.format(
        Locale.ROOT,
        "%s round %d %-16s %.3f GB/s",
        round.setting().size(),
        round.number(),
        round.setting().contender(),
        round.gigabytesPerSecond());
  }

  /** Ends all processes. */
  @Override
  public void close() {
    pairs.forEach(Pair::close);
  }
}
