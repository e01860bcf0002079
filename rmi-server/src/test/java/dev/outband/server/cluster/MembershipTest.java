package dev.outband.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MembershipTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;
  private Domain domain;

  @BeforeEach
  void setUp() throws Exception {
    domain = new Domain(folder.resolve("pki"));
  }

  @Test
  void shouldGoOnToDrainWhenTheRecordCannotBeWithdrawn() throws Exception {
    try (Membership membership = start()) {
      membership.announce(() -> Domain.announcement(7001, "archive"));
      membership.hazelcast().close();

      assertThatCode(membership::withdraw).doesNotThrowAnyException();
      assertThat(membership.address().getPort()).as("which draining asks for next").isPositive();
    }
  }

  /** Nothing in Hazelcast ends such an operation. */
  @Test
  void shouldGoOnToDrainWhenHazelcastDoesNotAnswerAndWithdrawOnceItDoes() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    try (Membership membership = start()) {
      membership.announce(() -> Domain.announcement(7001, "archive"));
      await().atMost(LIMIT).until(membership.hazelcast()::isShown);
      silence(membership, answer);
      membership.refresh();

      assertThatCode(membership::withdraw).doesNotThrowAnyException();
      assertThat(membership.hazelcast().isShown()).as("not withdrawn yet").isTrue();

      answer.countDown();
      await()
          .atMost(LIMIT)
          .during(Duration.ofSeconds(3))
          .until(() -> !membership.hazelcast().isShown());
    } finally {
      answer.countDown();
    }
  }

  @Test
  void shouldWithdrawARecordThatArrivesAfterTheWithdrawal() throws Exception {
    try (Membership membership = start()) {
      membership.announce(() -> Domain.announcement(7001, "archive"));
      await().atMost(LIMIT).until(membership.hazelcast()::isShown);
      membership.withdraw();
      membership.hazelcast().show(new byte[1], LIMIT);
      await().atMost(LIMIT).until(() -> !membership.hazelcast().isShown());
    }
  }

  @Test
  void shouldShowItsRecordAgainAfterHazelcastDidNotAnswer() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    try (Membership membership = start()) {
      membership.announce(() -> Domain.announcement(7001, "archive"));
      await().atMost(LIMIT).until(membership.hazelcast()::isShown);
      silence(membership, answer);
      membership.announce(() -> Domain.announcement(7002, "archive"));
      await().atMost(LIMIT).until(() -> threads(membership, "-put") > 1);
      answer.countDown();
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  membership.members().list().stream()
                      .anyMatch(member -> member.control().port() == 7002));
      await().atMost(LIMIT).until(() -> threads(membership, "-put") <= 1);
    } finally {
      answer.countDown();
    }
  }

  private Membership start() throws Exception {
    return Membership.start(
        ClusterConfig.join().bind("127.0.0.1", 0), "127.0.0.1", domain.server("one"));
  }

  private static long threads(Membership membership, String suffix) {
    String name = "outband-member-" + membership.address().getPort() + suffix;
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .count();
  }

  /** Keeps busy what answers for each partition, until it is let go on. */
  private static void silence(Membership membership, CountDownLatch answer) {
    IMap<String, String> map = membership.hazelcast().instance().getMap("silence");
    var partitions = membership.hazelcast().instance().getPartitionService();
    CountDownLatch silent = new CountDownLatch(2);
    Set<Integer> asked = new HashSet<>();
    for (int i = 0; asked.size() < partitions.getPartitions().size(); i++) {
      String key = "key-" + i;
      if (asked.add(partitions.getPartition(key).getPartitionId())) {
        map.submitToKey(
            key,
            (EntryProcessor<String, String, Void>)
                entry -> {
                  silent.countDown();
                  awaitQuietly(answer);
                  return null;
                });
      }
    }
    awaitQuietly(silent);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
