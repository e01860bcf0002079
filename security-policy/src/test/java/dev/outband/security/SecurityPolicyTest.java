package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class SecurityPolicyTest {
  private static final Principal ME = new Principal("me", Role.CLIENT);

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(SecurityPolicy.class);
  private Path file;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    file = folder.resolve("policy.toml");
    log.start();
    logger.addAppender(log);
    write("client:me");
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
  }

  @Test
  void shouldFollowTheFileWhenItChanges() throws Exception {
    SecurityPolicy policy = SecurityPolicy.load(file);
    assertThat(isAllowed(policy)).isTrue();
    write("client:you");
    await().atMost(Duration.ofSeconds(5)).until(() -> !isAllowed(policy));
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("policy read again: " + file + ", rules=1");
  }

  @Test
  void shouldKeepTheLastGoodOneAndSaySoOnceWhenTheFileIsWrongOrGone() throws Exception {
    SecurityPolicy policy = SecurityPolicy.load(file);
    Files.writeString(file, "version = 1\n[[rule]]\nname = 7\n");
    policy.refresh();
    policy.refresh();
    Files.write(file, new byte[] {(byte) 0xff});
    policy.refresh();
    Files.delete(file);
    policy.refresh();
    policy.refresh();
    assertThat(isAllowed(policy)).isTrue();
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "policy refused, the last good one stays in force: "
                + file
                + ":3:1: name must be a text in quotes",
            "policy refused, the last good one stays in force: " + file + ": not UTF-8",
            "policy refused, the last good one stays in force: " + file + ": does not exist");
    write("client:you");
    policy.refresh();
    assertThat(isAllowed(policy)).isFalse();
  }

  @Test
  void shouldDecideByOneOfTwoPoliciesAndNeverByAMixtureWhenItChangesMeanwhile() throws Exception {
    SecurityPolicy policy = SecurityPolicy.load(file);
    AtomicBoolean done = new AtomicBoolean();
    List<String> odd = new ArrayList<>();
    Thread reader =
        new Thread(
            () -> {
              while (!done.get()) {
                String rule = policy.decide(ME, "archive", "fetch").rule();
                if (!rule.equals("only") && !rule.equals("denied-by-default")) {
                  odd.add(rule);
                }
              }
            },
            "policy-test-reader");
    reader.start();
    for (int i = 0; i < 200; i++) {
      write(i % 2 == 0 ? "client:you" : "client:me");
      policy.refresh();
    }
    done.set(true);
    reader.join();
    assertThat(odd).isEmpty();
    assertThat(isAllowed(policy)).isTrue();
  }

  @Test
  void shouldRefuseToLoadWhenTheFileCannotBeUsed(@TempDir Path folder) throws Exception {
    Path absent = folder.resolve("absent.toml");
    assertThatThrownBy(() -> SecurityPolicy.load(absent))
        .isInstanceOf(PolicyException.class)
        .hasMessage(absent + ": does not exist");
    assertThatThrownBy(() -> SecurityPolicy.load(folder))
        .isInstanceOf(PolicyException.class)
        .hasMessageStartingWith(folder + ": cannot be read: ");
    Path long1 = folder.resolve("long.toml");
    Files.writeString(long1, "#".repeat((1 << 20) + 1));
    assertThatThrownBy(() -> SecurityPolicy.load(long1))
        .hasMessage(long1 + ": longer than 1048576 bytes");
  }

  @Test
  void shouldAllowAnyoneOnlyWhenThatWasSaid() {
    SecurityPolicy anyone = SecurityPolicy.anyoneInTheTrustDomain();
    assertThat(anyone.decide(ME, "x", "y"))
        .hasToString("allowed, rule=anyone-in-the-trust-domain, place=anyone in the trust domain");
    assertThatThrownBy(() -> SecurityPolicy.of("code", "version = 1").decide(ME, "x", "y").grant())
        .isInstanceOf(IllegalStateException.class);
  }

  private boolean isAllowed(SecurityPolicy policy) {
    return policy.decide(ME, "archive", "fetch").isAllowed();
  }

  private void write(String who) throws IOException {
    Path next = file.resolveSibling("next");
    Files.writeString(
        next,
        """
        version = 1
        [[rule]]
        name = "only"
        who = "%s"
        service = "archive"
        methods = "fetch"
        """
            .formatted(who));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
