package dev.outband.benchmarks;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contenders of the JDK's own RMI, in a JVM that no other test shares. They have one trust
 * domain, because the JDK keeps the first socket factory for stubs that it is given.
 */
@Timeout(60)
class RmiTransferTest {
  @TempDir private static Path folder;

  static Stream<Contender> contenders() {
    return Contenders.all().stream().filter(TransferTest::usesJdkRmi);
  }

  @ParameterizedTest
  @MethodSource("contenders")
  void shouldMoveEveryByteWhenFilesAreShortOrLong(Contender contender) throws Exception {
    TransferTest.move(contender, folder);
  }
}
