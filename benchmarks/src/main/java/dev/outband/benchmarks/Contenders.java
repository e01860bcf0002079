package dev.outband.benchmarks;

import java.util.List;
import java.util.stream.Collectors;

/** All contenders, in the order in which a round runs them. */
final class Contenders {
  private static final List<Contender> ALL =
      List.of(
          OutbandContender.privacy(),
          OutbandContender.privacyOverOneStream(),
          OutbandContender.privacyByJdk(),
          OutbandContender.authentication(),
          new TransferToContender(),
          new CopyLoopContender(),
          new TlsSocketContender(),
          new NettyTlsContender(),
          GrpcContender.secured(),
          GrpcContender.clear(),
          FlightContender.secured(),
          FlightContender.clear(),
          RmiContender.secured(RmiContender.TLS_1_MIB, 1 << 20),
          RmiContender.secured(RmiContender.TLS_64_MIB, 64 << 20),
          RmiContender.clear(RmiContender.CLEAR_1_MIB, 1 << 20),
          RmiContender.clear(RmiContender.CLEAR_64_MIB, 64 << 20),
          RmiioContender.tuned(),
          RmiioContender.defaults());

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
