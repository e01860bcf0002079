package dev.outband.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All contenders but those of the JDK's own RMI, see {@link RmiTransferTest}. */
@Timeout(60)
class TransferTest {
  @TempDir private static Path folder;

  static Stream<Contender> contenders() {
    return Contenders.all().stream().filter(contender -> !usesJdkRmi(contender));
  }

  static boolean usesJdkRmi(Contender contender) {
    return contender.jvmOptions().equals(JvmOptions.RMI);
  }

  @ParameterizedTest
  @MethodSource("contenders")
  void shouldMoveEveryByteWhenFilesAreShortOrLong(Contender contender) throws Exception {
    move(contender, folder);
  }

  /** Both ends in this JVM: each file twice over the same connection, compared byte by byte. */
  static void move(Contender contender, Path folder) throws Exception {
    Workplace workplace = new Workplace(folder, SinkKind.DISCARD);
    if (Files.notExists(workplace.pki())) {
      ThrowAwayDomain.create(workplace.pki());
    }
    InputFiles inputs = new InputFiles(workplace);
    try (Contender.SendingEnd sender = contender.send(workplace);
        Contender.ReceivingEnd receiver = contender.receive(workplace, sender.address())) {
      for (long bytes : List.of(1L, 4096L, 64L << 10, (2L << 20) + 1)) {
        inputs.write(bytes);
        for (int i = 0; i < 2; i++) {
          try (Drain drain = new Drain.Checking(workplace.input(bytes))) {
            assertThat(receiver.fetch(bytes, drain)).isEqualTo(bytes);
            drain.finish();
          }
        }
      }
    }
  }
}
