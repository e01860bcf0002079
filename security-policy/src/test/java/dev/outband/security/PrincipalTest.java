package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class PrincipalTest {
  @Test
  void shouldSayRoleAndNameWhenPrinted() {
    assertThat(new Principal("alpha", Role.SERVER)).hasToString("server:alpha");
    assertThat(new Principal("alpha", Role.CLIENT))
        .hasToString("client:alpha")
        .isNotEqualTo(new Principal("alpha", Role.SERVER));
    assertThat(new Principal("9.a_b-C", Role.CLIENT).uri()).isEqualTo("outband:client:9.a_b-C");
    assertThat(new Principal("a".repeat(63), Role.CLIENT).name()).hasSize(63);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", "..", "-a", "_a", ".hidden", "a/b", "a\\b", "a b", "a:b", "a\n", "\u00e9",
        "a\u0000"
      })
  void shouldRefuseNameWhenMalformed(String name) {
    assertThatThrownBy(() -> new Principal(name, Role.CLIENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "name must be 1..63 characters of A-Z a-z 0-9 . _ - and begin with a letter or digit,"
                + " not \"")
        .satisfies(e -> assertThat(e.getMessage()).matches("[\\x20-\\x7e]+"));
  }

  @Test
  void shouldRefuseNameWhenTooLong() {
    assertThatThrownBy(() -> new Principal("a".repeat(64), Role.CLIENT))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
