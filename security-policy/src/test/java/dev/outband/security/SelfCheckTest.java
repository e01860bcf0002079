package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class SelfCheckTest {
  private static final String CONFIG_FILE = "com.sun.management.config.file";

  @ParameterizedTest
  @CsvSource({
    "CODE_FROM_PEERS, java.rmi.server.useCodebaseOnly, false",
    "CODEBASE, java.rmi.server.codebase, http://192.0.2.1/",
    "REMOTE_JMX, com.sun.management.jmxremote.port, 9010",
    "REMOTE_JMX, com.sun.management.jmxremote.rmi.port, 9011",
    "REMOTE_JMX, com.sun.management.snmp.port, 161",
    "REMOTE_JMX, com.sun.management.jmxremote.local.only, false",
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "com.sun.management.jmxremote.port = 9010",
        "# a comment\ncom.sun.management.jmxremote.por\\\n  t:9010",
        "com.sun.management.jmxremote.rmi.port=9010",
        "com.sun.management.snmp.port=9010",
      })
  void shouldFindAPortInTheManagementAgentsFileOrTheJdksOwn(String text, @TempDir Path home)
      throws IOException {
    Path named = Files.writeString(home.resolve("named"), text);
    assertOpenJmx(Map.of(CONFIG_FILE, named.toString()), "port \"9010\" in \"" + named + "\"");
    Path own = Files.createDirectories(home.resolve("conf/management"));
    Files.copy(named, own.resolve("management.properties"));
    assertOpenJmx(Map.of("java.home", home.toString()), "port \"9010\" in \"" + own);
    Path harmless = Files.writeString(home.resolve("harmless"), "#" + text.replace("\n", "\n#"));
    assertAccepted(Map.of(CONFIG_FILE, harmless.toString(), "java.home", home.toString()));
  }

  @Test
  void shouldTakeAManagementFileThatCannotBeReadForOneThatOpensAPort(@TempDir Path folder)
      throws IOException {
    Path garbled = Files.writeString(folder.resolve("garbled"), "a=\\u12");
    for (String file : List.of(folder.resolve("none").toString(), "/dev/null", "", "\0")) {
      assertOpenJmx(Map.of(CONFIG_FILE, file), " cannot be read: ");
    }
    assertOpenJmx(Map.of(CONFIG_FILE, folder.toString()), folder + "\" cannot be read: ");
    assertOpenJmx(Map.of(CONFIG_FILE, garbled.toString()), garbled + "\" cannot be read: ");
    assertAccepted(Map.of("java.home", folder.toString()));
  }

  private static void assertOpenJmx(Map<String, String> properties, String said) {
    RiskException refused =
        catchThrowableOfType(
            RiskException.class, () -> SelfCheck.requireSafeJvm(Set.of(), properties::get));
    assertThat(refused.risk()).isEqualTo(Risk.REMOTE_JMX);
    assertThat(refused).hasMessageContaining(said).hasMessageNotContaining("\n");
    assertThatCode(() -> SelfCheck.requireSafeJvm(Set.of(Risk.REMOTE_JMX), properties::get))
        .doesNotThrowAnyException();
  }

  private static void assertAccepted(Map<String, String> properties) {
    assertThatCode(() -> SelfCheck.requireSafeJvm(Set.of(), properties::get))
        .doesNotThrowAnyException();
  }

  @Test
  void shouldAcceptAnOrdinaryJvmAndTheSafeValues() {
    assertThatCode(() -> SelfCheck.requireSafeJvm(Set.of())).doesNotThrowAnyException();
    assertAccepted(
        Map.of(
            "java.rmi.server.useCodebaseOnly",
            "true",
            "java.rmi.server.codebase",
            "",
            "com.sun.management.jmxremote.local.only",
            "true"));
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
