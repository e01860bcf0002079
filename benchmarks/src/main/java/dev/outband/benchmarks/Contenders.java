package dev.outband.benchmarks;

import java.util.List;
import java.util.stream.Collectors;

/** All contenders, in the order in which a round runs them. */
final class Contenders {
  private static final List<Contender> ALL =
      List.of(
          new TransferToContender(),
          new CopyLoopContender(),
          new TlsSocketContender(),
          new RmiTlsContender(),
          new OutbandContender());

  private Contenders() {}

  static List<Contender> all() {
    return ALL;
  }

  /**
   * The contender of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Contender named(String name) {
    return ALL.stream()
        .filter(contender -> contender.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "contender must be one of " + names() + ", not " + name));
  }

  static String names() {
    return ALL.stream().map(Contender::name).collect(Collectors.joining(", "));
  }
}
