package dev.outband.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/**
 * The ratios that Outband is to reach, beside those that were measured. Where a row covers several
 * sizes, the worst of them counts.
 */
final class Asked {
  private static final long KIB = 1 << 10;
  private static final long MIB = 1 << 20;
  private static final ByteSize GIB = ByteSize.parse("1GiB");
  private static final double MOST_CPU = 1.5;
  private static final double MOST_PINGS = 10;

  /**
   * One row.
   *
   * @param what compared with what
   * @param bound what was asked, with its direction
   * @param measured the ratio, with its range over the rounds
   * @param reached whether it is within the bound
   */
  record Row(String what, String bound, String measured, boolean reached) {}

  private final Results results;
  private final List<Row> rows = new ArrayList<>();

  private Asked(Results results) {
    this.results = results;
  }

  /** The rows that these results have figures for. */
  static List<Row> of(Results results) {
    Asked asked = new Asked(results);
    asked.againstRaw();
    asked.againstSecured();
    asked.againstClear();
    asked.againstRmi();
    asked.cpu();
    asked.ping();
    return List.copyOf(asked.rows);
  }

  private void againstRaw() {
    results
        .betterRaw(GIB)
        .ifPresent(
            raw -> {
              add(
                  "`PRIVACY`, 1 GiB, of the better raw (" + raw + ")",
                  OutbandContender.PRIVACY,
                  raw,
                  0.85);
              add(
                  "`AUTHENTICATION`, 1 GiB, of the same",
                  OutbandContender.AUTHENTICATION,
                  raw,
                  0.97);
            });
  }

  private void againstSecured() {
    privacy("`SSLSocket`", 1.4, TlsSocketContender.NAME);
    privacy("Netty with tcnative TLS", 1.05, NettyTlsContender.NAME);
    privacy("grpc-java TLS", 1.7, GrpcContender.TLS);
    privacy("Arrow Flight TLS", 2.0, FlightContender.TLS);
    privacy("RMI-TLS `byte[]`", 2.5, RmiContender.TLS_1_MIB, RmiContender.TLS_64_MIB);
  }

  private void againstClear() {
    privacy("RMIIO in clear, as it comes", 8, RmiioContender.DEFAULTS);
    privacy("RMIIO in clear, chunks of 1 MiB", 8, RmiioContender.TUNED);
    privacy("grpc-java in clear", 1.1, GrpcContender.CLEAR);
    privacy("Arrow Flight in clear", 1.8, FlightContender.CLEAR);
  }

  /** Adds a row for the fastest of these peers at 1 GiB. */
  private void privacy(String what, double atLeast, String... peers) {
    fastest(GIB, peers)
        .ifPresent(
            peer ->
                add("`PRIVACY`, 1 GiB, against " + what, OutbandContender.PRIVACY, peer, atLeast));
  }

  private Optional<String> fastest(ByteSize size, String... peers) {
    return Stream.of(peers)
        .filter(peer -> results.rate(peer, size).isPresent())
        .max(Comparator.comparingDouble(peer -> results.rate(peer, size).orElse(0)));
  }

  private void add(String what, String contender, String peer, double atLeast) {
    results
        .ratio(contender, peer, GIB)
        .ifPresent(ratio -> rows.add(atLeast(what, atLeast, ratio, "")));
  }

  private void againstRmi() {
    worst("64 B to 64 KiB", 0.9, bytes -> bytes <= 64 * KIB);
    worst("256 KiB to 1 MiB", 1.0, bytes -> bytes >= 256 * KIB && bytes < 8 * MIB);
    worst("from 8 MiB", 2.0, bytes -> bytes >= 8 * MIB);
  }

  private void worst(String sizes, double atLeast, LongPredicate range) {
    record At(ByteSize size, Summary ratio) {}
    results.sizes().stream()
        .filter(size -> range.test(size.bytes()))
        .flatMap(size -> againstRmi(size).map(ratio -> new At(size, ratio)).stream())
        .min(Comparator.comparingDouble(at -> at.ratio().median()))
        .ifPresent(
            at ->
                rows.add(
                    atLeast(
                        "`PRIVACY` against RMI-TLS `byte[]`, " + sizes,
                        atLeast,
                        at.ratio(),
                        " at " + at.size())));
  }

  private Optional<Summary> againstRmi(ByteSize size) {
    return fastest(size, RmiContender.TLS_1_MIB, RmiContender.TLS_64_MIB)
        .flatMap(peer -> results.ratio(OutbandContender.PRIVACY, peer, size));
  }

  private static Row atLeast(String what, double bound, Summary ratio, String where) {
    return new Row(
        what, "at least " + number(bound), range(ratio) + where, ratio.median() >= bound);
  }

  private void cpu() {
    OptionalDouble raw = results.rawCpu(GIB);
    Optional<Summary> own = results.summary(OutbandContender.PRIVACY, GIB, Round::cpuSecondsPerGib);
    if (raw.isPresent() && own.isPresent()) {
      double least = raw.getAsDouble();
      Summary ratio = own.get().dividedBy(least);
      rows.add(atMost("CPU seconds per GiB, `PRIVACY`, both ends, against raw", MOST_CPU, ratio));
    }
  }

  private void ping() {
    List<PingRound> rounds = results.pingsOf(OutbandContender.PRIVACY).toList();
    if (!rounds.isEmpty()) {
      Summary ratio = Summary.of(rounds.stream().mapToDouble(PingRound::ratio).toArray());
      rows.add(
          atMost(
              "confirmed transfer of 64 KiB + 1 byte, warm, against a secured ping",
              MOST_PINGS,
              ratio));
    }
  }

  private static Row atMost(String what, double bound, Summary ratio) {
    return new Row(what, "at most " + number(bound), range(ratio), ratio.median() <= bound);
  }

  private static String range(Summary ratio) {
    return String.format(
        Locale.ROOT, "%.2f (%.2f to %.2f)", ratio.median(), ratio.min(), ratio.max());
  }

  private static String number(double bound) {
    return String.format(Locale.ROOT, bound == Math.rint(bound) ? "%.0f" : "%s", bound);
  }
}
