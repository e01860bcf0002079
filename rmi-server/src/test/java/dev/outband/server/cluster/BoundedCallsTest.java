package dev.outband.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BoundedCallsTest {

  private static final int MOST = 2;

  private final BoundedCalls calls = new BoundedCalls("bounded", MOST, Duration.ofMillis(500));
  private final BoundedCalls patient = new BoundedCalls("bounded", MOST, Duration.ofSeconds(30));
  private final CountDownLatch answer = new CountDownLatch(1);
  private final AtomicInteger interrupts = new AtomicInteger();

  @AfterEach
  void answer() {
    answer.countDown();
  }

  @Test
  void shouldGoOnWithTheNextWhenOneDoesNotReturn() throws Exception {
    assertTimesOut("no answer within 500 ms");
    List<Thread> made = new CopyOnWriteArrayList<>();
    await()
        .ignoreExceptionsInstanceOf(TimeoutException.class)
        .until(
            () -> {
              calls.call(() -> made.add(Thread.currentThread()));
              return true;
            });
    assertThat(made)
        .first()
        .satisfies(thread -> assertThat(thread.getName()).isEqualTo("bounded"))
        .satisfies(thread -> assertThat(thread.isDaemon()).isTrue());
    await().until(() -> interrupts.get() == 1);
  }

  @Test
  void shouldRefuseAtOnceWhenTooManyDoNotReturnAndGoOnOnceTheyDo() throws Exception {
    for (int i = 0; i < MOST; i++) {
      assertTimesOut("no answer within 500 ms");
    }
    assertTimesOut("not asked: of 2 calls before none has returned yet");
    answer.countDown();
    List<String> made = new CopyOnWriteArrayList<>();
    await().ignoreExceptionsInstanceOf(TimeoutException.class).until(() -> isMade(made));
    assertThat(made).isNotEmpty();
  }

  @Test
  void shouldThrowWhatTheCallThrowsHoweverOften() {
    IllegalStateException failure = new IllegalStateException("not today");
    StackOverflowError error = new StackOverflowError();
    for (int i = 0; i <= MOST; i++) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> patient.call(() -> raise(failure)))
          .isSameAs(failure);
      assertThatExceptionOfType(StackOverflowError.class)
          .isThrownBy(() -> patient.call(() -> raise(error)))
          .isSameAs(error);
    }
  }

  @Test
  void shouldKeepAnInterruptForAfterwards() throws Exception {
    List<String> made = new CopyOnWriteArrayList<>();
    Thread.currentThread().interrupt();
    try {
      patient.call(() -> made.add("call"));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(made).hasSize(1);
  }

  private boolean isMade(List<String> made) throws TimeoutException {
    calls.call(() -> made.add("call"));
    return true;
  }

  private void assertTimesOut(String message) {
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> calls.call(this::awaitAnswer))
        .withMessage(message);
  }

  /** As Hazelcast does: an interrupt is noted, and the answer waited for. */
  private void awaitAnswer() {
    while (true) {
      try {
        answer.await();
        return;
      } catch (InterruptedException e) {
        interrupts.incrementAndGet();
      }
    }
  }

  private static void raise(RuntimeException failure) {
    throw failure;
  }

  private static void raise(Error failure) {
    throw failure;
  }
}
