package dev.outband.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Every measured round as a line of comma-separated values, nothing summed up or left out. */
final class RawCsv {
  static final String HEADER =
      "contender,jdk,size_bytes,round,transfers,bytes,seconds,transfer_median_us,transfer_p99_us,"
          + "first_byte_us,sender_cpu_s,receiver_cpu_s,sender_peak_rss_bytes,"
          + "receiver_peak_rss_bytes,sender_peak_heap_bytes,receiver_peak_heap_bytes";
  static final String PING_HEADER = "contender,jdk,round,ping_us,transfer_us";

  private RawCsv() {}

  static String format(List<Round> rounds) {
    StringBuilder csv = new StringBuilder(HEADER).append('\n');
    rounds.forEach(round -> csv.append(line(round)).append('\n'));
    return csv.toString();
  }

  static String formatPings(List<PingRound> rounds) {
    StringBuilder csv = new StringBuilder(PING_HEADER).append('\n');
    rounds.forEach(
        round ->
            csv.append(
                String.format(
                    Locale.ROOT,
                    "%s,%s,%d,%s,%s%n",
                    round.contender(),
                    round.jdk(),
                    round.number(),
                    micros(round.pingNs()),
                    micros(round.transferNs()))));
    return csv.toString();
  }

  /**
   * Reads what {@link #format} wrote.
   *
   * @return the rounds; none where there is no file
   * @throws IOException if the file is another one
   */
  static List<Round> read(Path file) throws IOException {
    return lines(file, HEADER).stream().map(line -> parse(line.split(","))).toList();
  }

  /** Reads what {@link #formatPings} wrote, as {@link #read}. */
  static List<PingRound> readPings(Path file) throws IOException {
    return lines(file, PING_HEADER).stream()
        .map(line -> line.split(","))
        .map(
            w ->
                new PingRound(
                    w[0], w[1], Integer.parseInt(w[2]), nanos(w[3], 1e3), nanos(w[4], 1e3)))
        .toList();
  }

  private static List<String> lines(Path file, String header) throws IOException {
    if (Files.notExists(file)) {
      return List.of();
    }
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !lines.get(0).equals(header)) {
      throw new IOException(file + " is not of this version: its first line must be " + header);
    }
    return lines.subList(1, lines.size());
  }

  private static String line(Round round) {
    Round.Setting setting = round.setting();
    Timing timing = round.timing();
    return String.format(
        Locale.ROOT,
        "%s,%s,%d,%d,%d,%d,%.9f,%s,%s,%s,%.3f,%.3f,%d,%d,%d,%d",
        setting.contender(),
        setting.jdk(),
        setting.size().bytes(),
        round.number(),
        timing.transfers(),
        timing.bytes(),
        timing.durationNs() / 1e9,
        micros(timing.medianNs()),
        micros(timing.p99Ns()),
        micros(round.firstByteNs()),
        round.sender().cpuNs() / 1e9,
        round.receiver().cpuNs() / 1e9,
        round.sender().peakRssBytes(),
        round.receiver().peakRssBytes(),
        round.sender().peakHeapBytes(),
        round.receiver().peakHeapBytes());
  }

  private static Round parse(String... words) {
    Timing timing =
        new Timing(
            nanos(words[6], 1e9),
            Integer.parseInt(words[4]),
            Long.parseLong(words[5]),
            nanos(words[7], 1e3),
            nanos(words[8], 1e3));
    return new Round(
        new Round.Setting(words[0], words[1], new ByteSize(Long.parseLong(words[2]))),
        Integer.parseInt(words[3]),
        timing,
        nanos(words[9], 1e3),
        new Usage(nanos(words[10], 1e9), Long.parseLong(words[12]), Long.parseLong(words[14])),
        new Usage(nanos(words[11], 1e9), Long.parseLong(words[13]), Long.parseLong(words[15])));
  }

  private static String micros(long ns) {
    return String.format(Locale.ROOT, "%.3f", ns / 1e3);
  }

  private static long nanos(String figure, double perUnit) {
    return Math.round(Double.parseDouble(figure) * perUnit);
  }
}
