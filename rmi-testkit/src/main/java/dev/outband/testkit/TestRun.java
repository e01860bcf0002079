package dev.outband.testkit;

import dev.outband.api.TransferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.commons.io.file.PathUtils;

/** What one test has: a folder, a cluster in it, and what this process held before. */
final class TestRun {

  private final Path folder;
  private final TestCluster cluster;
  private final LeakCheck leaks;
  private final Duration goneWithin;

  private TestRun(Path folder, TestCluster cluster, LeakCheck leaks, Duration goneWithin) {
    this.folder = folder;
    this.cluster = cluster;
    this.leaks = leaks;
    this.goneWithin = goneWithin;
  }

  static TestRun start(OutbandCluster wanted) throws IOException, TransferException {
    Path folder = Files.createTempDirectory("outband-test-");
    try {
      LeakCheck leaks = LeakCheck.ofTemporaries(folder);
      TestCluster cluster =
          TestCluster.builder().servers(wanted.servers()).clients(wanted.clients()).start(folder);
      return new TestRun(folder, cluster, leaks, Duration.ofSeconds(wanted.goneWithinSeconds()));
    } catch (IOException | TransferException | RuntimeException e) {
      PathUtils.deleteDirectory(folder);
      throw e;
    }
  }

  TestCluster cluster() {
    return cluster;
  }

  void end() throws IOException, InterruptedException {
    try {
      cluster.close();
      if (!goneWithin.isZero()) {
        leaks.await(goneWithin);
      }
    } finally {
      PathUtils.deleteDirectory(folder);
    }
  }
}
