package dev.outband.benchmarks;

import java.util.List;
import java.util.Locale;

/** Every measured round as a line of comma-separated values, nothing summed up or left out. */
final class RawCsv {
  static final String HEADER =
      "contender,jdk,size_bytes,fetches,round,seconds,bytes,"
          + "sender_cpu_s,receiver_cpu_s,sender_peak_rss_bytes,receiver_peak_rss_bytes";

  private RawCsv() {}

  static String format(List<Round> rounds) {
    StringBuilder csv = new StringBuilder(HEADER).append('\n');
    rounds.forEach(round -> csv.append(line(round)).append('\n'));
    return csv.toString();
  }

  private static String line(Round round) {
    Round.Setting setting = round.setting();
    return String.format(
        Locale.ROOT,
        "%s,%s,%d,%d,%d,%.9f,%d,%.3f,%.3f,%d,%d",
        setting.contender(),
        setting.jdk(),
        setting.size().bytes(),
        setting.fetches(),
        round.number(),
        round.durationNs() / 1e9,
        round.bytes(),
        round.sender().cpuNs() / 1e9,
        round.receiver().cpuNs() / 1e9,
        round.sender().peakRssBytes(),
        round.receiver().peakRssBytes());
  }
}
