package dev.outband.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the parts of the tamper matrix share: a rig, a place for targets, a seed, and the check that
 * nothing stays.
 */
abstract class MatrixTest {

  static final int SMALL_BYTES = 4096;

  /** More than two of the largest segments that are sent by default. */
  static final int LARGE_BYTES = 600_000;

  final long seed = System.nanoTime();
  final Random random = new Random(seed);
  private final Duration deadline;
  @TempDir Path folder;
  Rig rig;
  Path targets;
  private LeakCheck leaks;

  MatrixTest(Duration deadline) {
    this.deadline = deadline;
  }

  @BeforeEach
  void startRig() throws Exception {
    System.out.println(getClass().getSimpleName() + ", seed=" + seed);
    targets = Files.createDirectory(folder.resolve("targets"));
    warmUp();
    leaks = LeakCheck.baseline(targets);
    rig = Rig.start(deadline);
  }

  @AfterEach
  void leaveNothing() throws Exception {
    rig.close();
    leaks.await(Duration.ofSeconds(10));
  }

  Path file(String name, int bytes) throws IOException {
    byte[] content = new byte[bytes];
    random.nextBytes(content);
    return Files.write(folder.resolve(name), content);
  }

  /** What a good transfer of the file looks like on the wire. */
  Recording record(Path source) throws Exception {
    try (Rig once = Rig.start(Rig.LONG)) {
      return once.record(source, targets.resolve("recorded"));
    }
  }

  private void warmUp() throws Exception {
    Recording unused = record(file("warm-up", SMALL_BYTES));
  }
}
