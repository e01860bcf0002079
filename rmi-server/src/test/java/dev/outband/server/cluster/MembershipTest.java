package dev.outband.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MembershipTest {
  @TempDir Path folder;

  @Test
  void shouldGoOnToDrainWhenTheRecordCannotBeWithdrawn() throws Exception {
    try (Membership membership =
        Membership.start(
            ClusterConfig.join().bind("127.0.0.1", 0),
            "127.0.0.1",
            new Domain(folder.resolve("pki")).server("one"))) {
      membership.announce(() -> Domain.announcement(7001, "archive"));
      membership.hazelcast().close();

      assertThatCode(membership::withdraw).doesNotThrowAnyException();
      assertThat(membership.address().getPort()).as("which draining asks for next").isPositive();
    }
  }
}
