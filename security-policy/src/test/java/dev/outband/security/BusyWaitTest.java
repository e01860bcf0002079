package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** With a clock that moves on while the thread yields. */
class BusyWaitTest {
  private static final int ONE_US = 1_000;

  private final Semaphore places = new Semaphore(1);
  private long nowNs = Long.MAX_VALUE - 1;
  private long yieldsNs;
  private int looks;
  private final BusyWait wait = new BusyWait(places, () -> nowNs, () -> nowNs += yieldsNs);

  @Test
  void shouldLookUntilItHasCome() throws Exception {
    assertThat(comesAtLook(20)).isTrue();
    assertThat(looks).isEqualTo(20);
  }

  @Test
  void shouldNotYieldForWhatIsThere() throws Exception {
    assertThat(comesAtLook(1)).isTrue();
    assertThat(looks).isEqualTo(1);
  }

  @Test
  void shouldGiveUpAfterAWhile() throws Exception {
    assertThat(neverComes()).isFalse();
    assertThat(looks * ONE_US).isBetween((int) BusyWait.LONGEST_NS, (int) BusyWait.LONGEST_NS * 2);
  }

  @Test
  void shouldLeaveOutManyWaitsAfterSomeInVain() throws Exception {
    for (int i = 0; i < BusyWait.MOST_IN_VAIN; i++) {
      assertThat(neverComes()).isFalse();
      assertThat(looks).isPositive();
    }
    for (int i = 0; i < BusyWait.LEFT_OUT; i++) {
      assertThat(comesAtLook(1)).isFalse();
      assertThat(looks).isZero();
    }
    assertThat(comesAtLook(1)).isTrue();
  }

  @Test
  void shouldLeaveOutNoneWhileSomeAreNotInVain() throws Exception {
    for (int i = 0; i < 10 * BusyWait.MOST_IN_VAIN; i++) {
      assertThat(neverComes()).isFalse();
      assertThat(comesAtLook(2)).isTrue();
    }
  }

  @Test
  void shouldPauseForLongerAndLongerWhereOthersWantTheProcessor() throws Exception {
    long pauseNs = BusyWait.SHORTEST_PAUSE_NS;
    for (int i = 0; i < 20; i++) {
      assertThat(yieldsToOthers()).isFalse();
      assertThat(looks).as("it sleeps at once").isEqualTo(2);
      assertPausesFor(pauseNs);
      pauseNs = Math.min(2 * pauseNs, BusyWait.LONGEST_PAUSE_NS);
    }
    assertThat(pauseNs).isEqualTo(BusyWait.LONGEST_PAUSE_NS);
  }

  @Test
  void shouldFindWhatHasComeWhileOthersHadTheProcessorAndPauseAllTheSame() throws Exception {
    assertThat(look(BusyWait.CONTENDED_NS + 1, 2)).isTrue();
    assertPausesFor(BusyWait.SHORTEST_PAUSE_NS);
  }

  @Test
  void shouldPauseForLongWhereItWasStopped() throws Exception {
    assertThat(look(BusyWait.STOPPED_NS + 1, Integer.MAX_VALUE)).isFalse();
    assertPausesFor(BusyWait.STOPPED_PAUSE_NS);
  }

  @Test
  void shouldPauseForAShorterTimeAgainWhenOthersLeaveIt() throws Exception {
    assertThat(yieldsToOthers()).isFalse();
    nowNs += BusyWait.SHORTEST_PAUSE_NS;
    assertThat(yieldsToOthers()).isFalse();
    nowNs += 2 * BusyWait.SHORTEST_PAUSE_NS;
    for (int i = 0; i < 2 * BusyWait.CALM; i++) {
      assertThat(comesAtLook(2)).isTrue();
    }
    assertThat(yieldsToOthers()).isFalse();
    assertPausesFor(BusyWait.SHORTEST_PAUSE_NS);
  }

  @Test
  void shouldHardlyLookForWhatComesRarely() throws Exception {
    int inAll = 0;
    for (int i = 0; i < 1_000; i++) {
      assertThat(neverComes()).isFalse();
      inAll += looks > 0 ? 1 : 0;
      nowNs += TimeUnit.MILLISECONDS.toNanos(20);
    }
    assertThat(inAll).as("of a thousand").isBetween(40, 64);
  }

  @Test
  void shouldSleepAtOnceWhereOthersHaveThePlaces() throws Exception {
    places.acquire();
    assertThat(comesAtLook(1)).isFalse();
    assertThat(looks).isZero();
    places.release();
    assertThat(comesAtLook(1)).isTrue();
  }

  @Test
  void shouldGiveItsPlaceBackWhateverHappens() throws Exception {
    assertThat(neverComes()).isFalse();
    assertThat(yieldsToOthers()).isFalse();
    nowNs += BusyWait.SHORTEST_PAUSE_NS;
    assertThatThrownBy(
            () ->
                wait.lookFor(
                    () -> {
                      throw new IOException("closed");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("closed");
    assertThat(places.availablePermits()).isEqualTo(1);
  }

  /** It does not look for so long, and does at its end. */
  private void assertPausesFor(long pauseNs) throws IOException {
    nowNs += pauseNs - 1;
    assertThat(comesAtLook(1)).as("before the end of the pause").isFalse();
    nowNs++;
    assertThat(comesAtLook(1)).as("after the pause").isTrue();
  }

  private boolean comesAtLook(int number) throws IOException {
    return look(ONE_US, number);
  }

  private boolean neverComes() throws IOException {
    return look(ONE_US, Integer.MAX_VALUE);
  }

  /** Each yield takes as long as somebody who works wants it. */
  private boolean yieldsToOthers() throws IOException {
    return look(BusyWait.CONTENDED_NS + 1, Integer.MAX_VALUE);
  }

  private boolean look(long tookNs, int comesAt) throws IOException {
    looks = 0;
    yieldsNs = tookNs;
    return wait.lookFor(
        () -> {
          looks++;
          return looks >= comesAt;
        });
  }
}
