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
  @TempDir Path folder;
  Rig rig;
  Path targets;
  private LeakCheck leaks;

  @BeforeEach
  void startRig() throws Exception {
    System.out.println(getClass().getSimpleName() + ", seed=" + seed);
    targets = Files.createDirectory(folder.resolve("targets"));
    warmUp();
    leaks = LeakCheck.baseline(targets);
    rig = Rig.start();
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

  private void warmUp() throws Exception {
    try (Rig once = Rig.start()) {
      Recording unused = once.record(file("warm-up", SMALL_BYTES), targets.resolve("warm-up"));
    }
  }
}
