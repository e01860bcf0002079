package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outband.security.pki.CertificateAuthority;
import dev.outband.security.pki.Lifetimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@code serve} finds out about its JVM, its identity and its addresses before it serves: one
 * clear line, exit 3, and no ready line; each in a JVM of its own.
 */
@Timeout(120)
class ServeStartTest {

  @TempDir static Path temp;
  @TempDir Path work;
  private static Path root;
  private static Path pki;
  private static Path identity;

  @BeforeAll
  static void issue() throws IOException {
    root = Files.createDirectory(temp.resolve("root"));
    pki = temp.resolve("pki");
    identity = CertificateAuthority.create(pki).issueServer("server-1", List.of("127.0.0.1"));
  }

  @ParameterizedTest
  @CsvSource({
    "java.rmi.server.useCodebaseOnly, false, CODE_FROM_PEERS",
    "java.rmi.server.codebase, http://192.0.2.1/, CODEBASE",
  })
  void shouldExit3WhenAPropertyUndoesWhatIsPromised(String property, String value, String risk)
      throws Exception {
    serve(List.of("-D" + property + "=" + value))
        .assertFailedWith(
            3, "refused to start: " + property + " \"" + value + "\": ", "risk=" + risk);
  }

  @Test
  void shouldExit3WhenAFileOpensRemoteJmx() throws Exception {
    Path config = work.resolve("management.properties");
    Files.writeString(
        config,
        """
        com.sun.management.jmxremote.port=0
        com.sun.management.jmxremote.host=127.0.0.1
        com.sun.management.jmxremote.authenticate=false
        com.sun.management.jmxremote.ssl=false
        """);
    String named = "-Dcom.sun.management.config.file=" + config;
    serve(List.of(named))
        .assertFailedWith(3, "jmxremote.port \"0\" in \"", config.toString(), "risk=REMOTE_JMX");
    Files.writeString(config, "com.sun.management.jmxremote.local.only=true\n");
    try (ServeProcess harmless = ServeProcess.start(command(List.of(named)))) {
      assertThat(harmless.process().isAlive()).isTrue();
    }
  }

  @Test
  void shouldExit3WhenTheJvmHasAnotherFilterFactory() throws Exception {
    String factory = ForeignFilterFactory.class.getName();
    serve(List.of("-Djdk.serialFilterFactory=" + factory))
        .assertFailedWith(3, "deserialization filter factory of this JVM must be ", factory);
  }

  @Test
  void shouldExit3WhenOthersCanReadTheKey() throws Exception {
    Path exposed = CertificateAuthority.open(pki).issueServer("exposed", List.of("127.0.0.1"));
    Files.setPosixFilePermissions(
        exposed.resolve("key.pem"), PosixFilePermissions.fromString("rw-r--r--"));
    serve(List.of(), "--identity", exposed).assertFailedWith(3, "exposed/key.pem");
  }

  @Test
  void shouldExit3WhenTheCertificateHasExpired() throws Exception {
    Path expired = issuedDaysAgo(30, "expired");
    serve(List.of(), "--identity", expired).assertFailedWith(3, "expired/cert.pem", "expired on");
  }

  @Test
  void shouldExit3WhenTheDataPortAloneIsOnAWildcard() throws Exception {
    serve(List.of(), "--data", "0.0.0.0:0")
        .assertFailed(
            3,
            "refused to start: data port on \"0.0.0.0\": every network of this host gets to it;"
                + " name one address, risk=WILDCARD_BIND; --bind-any says that it is meant");
  }

  @Test
  void shouldWarnAtTheStartThatTheCertificateEndsSoon() throws Exception {
    Path ending = issuedDaysAgo(3, "ending");
    try (ServeProcess server = ServeProcess.start(root, ending)) {
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> server.log().contains("certificate expires soon"));
      assertThat(server.log())
          .containsOnlyOnce("certificate expires soon, renew it: principal=server:ending");
    }
  }

  /** Of a certificate for four days. */
  private static Path issuedDaysAgo(int days, String name) throws IOException {
    Clock past = Clock.fixed(Instant.now().minus(Duration.ofDays(days)), ZoneOffset.UTC);
    Lifetimes lifetimes = new Lifetimes(Duration.ofDays(365), Duration.ofDays(4));
    return CertificateAuthority.open(pki, lifetimes, past).issueServer(name, List.of("127.0.0.1"));
  }

  private static Cli.Result serve(List<String> jvmOptions, Object... options)
      throws IOException, InterruptedException {
    return Cli.end(Cli.start(command(jvmOptions, options)));
  }

  private static List<String> command(List<String> jvmOptions, Object... options) {
    List<Object> args = new ArrayList<>(List.of("serve", root, "--control", "127.0.0.1:0"));
    args.addAll(List.of(options));
    if (!args.contains("--identity")) {
      args.addAll(List.of("--identity", identity));
    }
    List<String> command = Cli.command(args.toArray());
    command.addAll(1, jvmOptions);
    return command;
  }
}
