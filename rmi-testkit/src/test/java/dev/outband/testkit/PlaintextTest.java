package dev.outband.testkit;

import static dev.outband.api.Direction.FROM_LISTENER;
import static dev.outband.api.Direction.TO_LISTENER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an eavesdropper sees of a transfer. */
@Timeout(60)
class PlaintextTest extends MatrixTest {

  private static final int RUN = 16;

  PlaintextTest() {
    super(Rig.MEDIUM);
  }

  @Test
  void shouldShowNoRunOfThePlaintextOnTheWire() throws Exception {
    Path source = file("large", LARGE_BYTES);
    Recording wire = record(source);
    Set<ByteBuffer> known = runs(Files.readAllBytes(source));
    assertThat(wire.toListener().length).isGreaterThan(LARGE_BYTES);
    assertThat(firstKnownRun(wire.toListener(), known)).isEqualTo(-1);
    assertThat(firstKnownRun(wire.fromListener(), known)).isEqualTo(-1);
  }

  @Test
  void shouldShowNoRunOfTheSecretOnTheWire() throws Exception {
    Path source = file("small", SMALL_BYTES);
    try (ChaosProxy proxy = ChaosProxy.to(rig.receiver.address());
        Reception reception = rig.receiver.receptions().open(Sink.discard())) {
      ProxiedConnection connection = proxy.next(Plan.RECORDING);
      reception.await(
          rig.transmitter.transmit(
              Source.file(source, "source"), Rig.at(proxy.endpoint(), reception.stub())));
      assertThat(connection.awaitEnd(Rig.BOUND)).isTrue();
      Set<ByteBuffer> secret = runs(reception.stub().ticket().secret().expose());
      assertThat(firstKnownRun(connection.recorded(TO_LISTENER), secret)).isEqualTo(-1);
      assertThat(firstKnownRun(connection.recorded(FROM_LISTENER), secret)).isEqualTo(-1);
    }
  }

  @Test
  void shouldSealTheSameFileDifferentlyEachTime() throws Exception {
    Path source = Files.write(folder.resolve("zeros"), new byte[LARGE_BYTES]);
    Recording one = record(source);
    Recording two = record(source);
    Set<ByteBuffer> known = runs(one.toListener());
    assertThat(firstKnownRun(two.toListener(), known)).isEqualTo(-1);
    assertThat(known)
        .as("no run twice in one connection")
        .hasSize(one.toListener().length - RUN + 1);
  }

  @Test
  void shouldFindARunThatIsThere() throws Exception {
    byte[] plain = Files.readAllBytes(file("small", SMALL_BYTES));
    byte[] wire = new byte[10_000];
    random.nextBytes(wire);
    System.arraycopy(plain, 123, wire, 4_567, RUN);
    assertThat(firstKnownRun(wire, runs(plain))).isEqualTo(4_567);
  }

  private static Set<ByteBuffer> runs(byte[] bytes) {
    Set<ByteBuffer> runs = new HashSet<>();
    for (int at = 0; at + RUN <= bytes.length; at++) {
      runs.add(run(bytes, at));
    }
    return runs;
  }

  private static int firstKnownRun(byte[] wire, Set<ByteBuffer> known) {
    for (int at = 0; at + RUN <= wire.length; at++) {
      if (known.contains(run(wire, at))) {
        return at;
      }
    }
    return -1;
  }

  private static ByteBuffer run(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes, at, RUN);
  }
}
