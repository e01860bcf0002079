package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class NamePatternTest {
  private static final long SEED = 20261124;

  @Test
  void shouldAgreeWithTryingAllNames() {
    List<String> names = new ArrayList<>(List.of(""));
    for (int i = 0; names.get(i).length() < 5; i++) {
      names.add(names.get(i) + "a");
      names.add(names.get(i) + "b");
    }
    Random random = new Random(SEED);
    for (int i = 0; i < 3_000; i++) {
      NamePattern one = pattern(random);
      NamePattern other = pattern(random);
      assertThat(names)
          .allSatisfy(
              name ->
                  assertThat(one.matches(name))
                      .as("%s and %s, seed=%d", one, name, SEED)
                      .isEqualTo(name.matches(one.text().replace("*", ".*"))));
      boolean both = names.stream().anyMatch(name -> one.matches(name) && other.matches(name));
      assertThat(one.overlaps(other)).as("%s and %s, seed=%d", one, other, SEED).isEqualTo(both);
      if (one.covers(other)) {
        assertThat(names).allMatch(name -> one.matches(name) || !other.matches(name));
      }
    }
  }

  @Test
  void shouldNotTakeForeverWhenAPatternIsMadeToBacktrack() {
    NamePattern hostile = new NamePattern("a*".repeat(90) + "b");
    assertThat(hostile.matches("a".repeat(10_000))).isFalse();
    assertThat(hostile.overlaps(new NamePattern("a*".repeat(90) + "c"))).isFalse();
  }

  /** Short enough that two that overlap have a common name of four letters. */
  private static NamePattern pattern(Random random) {
    int length = 1 + random.nextInt(4);
    StringBuilder text = new StringBuilder();
    int letters = 0;
    for (int i = 0; i < length; i++) {
      boolean star = random.nextInt(3) == 0 || letters == 2;
      text.append(star ? '*' : random.nextBoolean() ? 'a' : 'b');
      letters += star ? 0 : 1;
    }
    return new NamePattern(text.toString());
  }
}
