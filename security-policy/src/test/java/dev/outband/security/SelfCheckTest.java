package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class SelfCheckTest {
  @ParameterizedTest
  @CsvSource({
    "CODE_FROM_PEERS, java.rmi.server.useCodebaseOnly, false",
    "CODEBASE, java.rmi.server.codebase, http://192.0.2.1/",
    "REMOTE_JMX, com.sun.management.jmxremote.port, 9010",
  })
  void shouldNameTheSettingAndWhatComesOfItUnlessSomebodyTakesCharge(
      Risk risk, String property, String value) {
    Map<String, String> properties = Map.of(property, value);
    RiskException refused =
        catchThrowableOfType(
            RiskException.class, () -> SelfCheck.requireSafeJvm(Set.of(), properties::get));
    assertThat(refused.risk()).isEqualTo(risk);
    assertThat(refused)
        .hasMessage(
            "refused to start: "
                + property
                + " \""
                + value
                + "\": "
                + risk.consequence()
                + ", risk="
                + risk);
    assertThatCode(() -> SelfCheck.requireSafeJvm(Set.of(risk), properties::get))
        .doesNotThrowAnyException();
  }

  @Test
  void shouldAcceptAnOrdinaryJvmAndTheSafeValues() {
    assertThatCode(() -> SelfCheck.requireSafeJvm(Set.of())).doesNotThrowAnyException();
    Map<String, String> safe = Map.of("java.rmi.server.useCodebaseOnly", "true");
    assertThatCode(() -> SelfCheck.requireSafeJvm(Set.of(), safe::get)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0, true", "::, true", "127.0.0.1, false", "::1, false"})
  void shouldRefuseWildcardsUnlessSomebodyTakesCharge(String host, boolean isRefused) {
    InetSocketAddress bind = new InetSocketAddress(host, 0);
    RiskException refused =
        catchThrowableOfType(
            RiskException.class, () -> SelfCheck.requireOneAddress(Set.of(), "control", bind));
    assertThat(refused != null).isEqualTo(isRefused);
    assertThatCode(() -> SelfCheck.requireOneAddress(Set.of(Risk.WILDCARD_BIND), "control", bind))
        .doesNotThrowAnyException();
  }
}
