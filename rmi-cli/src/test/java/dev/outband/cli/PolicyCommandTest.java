package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.security.pki.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class PolicyCommandTest {
  private static final String GOOD =
      """
      version = 1

      [[rule]]
      name = "reports"
      who = "client:reporting"
      service = "archive"
      methods = "fetch"
      callback = { networks = ["caller", "10.20.0.0/16"], ports = "7000-7999" }
      """;

  private Path file;

  @BeforeEach
  void write(@TempDir Path folder) throws IOException {
    file = folder.resolve("policy.toml");
    Files.writeString(file, GOOD);
  }

  @Test
  void shouldSayGoodAndWarnWhenAFileIsRead() throws Exception {
    assertThat(Cli.here("policy", "check", file).assertDone().out())
        .isEqualTo("good: " + file + ", rules=1\n");
    Files.writeString(file, GOOD + "except = \"client:*\"\n");
    Cli.Result warned = Cli.here("policy", "check", file);
    assertThat(warned.exitCode()).isZero();
    assertThat(warned.err())
        .isEqualTo(
            "outband: warning: "
                + file
                + ":3: rule reports can never match: except takes away everybody in who\n");
  }

  @Test
  void shouldExit3WithFileLineAndColumnWhenAFileIsWrong() throws Exception {
    Files.writeString(file, GOOD + "method = \"x\"\n");
    Cli.here("policy", "check", file)
        .assertFailedWith(3, file + ":9:1: unknown key \"method\" in a rule, known are ");
  }

  @Test
  void shouldNameTheRuleAndWhatIsDialedWhenACallIsAllowed() {
    Cli.Result result =
        explain("client:reporting", "fetch", "10.20.1.1:7000", "--caller", "192.0.2.7");
    assertThat(result.assertDone().out())
        .isEqualTo(
            "allow client:reporting archive.fetch rule=reports at "
                + file
                + ":3\n"
                + "  floor=PRIVACY transfers=1024 bytes-per-second=unlimited"
                + " bytes-in-all=unlimited\n"
                + "  callback: the caller's own or in 10.20.0.0/16, ports 7000-7999\n"
                + "  allow callback 10.20.1.1:7000 dials 10.20.1.1 for a caller at 192.0.2.7\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.20.1.1:7000       | for any caller",
        "192.0.2.7:7000       |, only for a caller at 192.0.2.7",
        "169.254.169.254:7000 |, only for a caller at 169.254.169.254",
        "127.0.0.1:7000       |, only for a caller at 127.0.0.1",
      })
  void shouldSayForWhomACallbackIsAllowedWhenNoCallerIsNamed(String callback, String whom) {
    String address = callback.substring(0, callback.indexOf(':'));
    assertThat(explain("client:reporting", "fetch", callback).assertDone().out())
        .endsWith(
            "  allow callback "
                + callback
                + " dials "
                + address
                + (whom.startsWith(",") ? "" : " ")
                + whom
                + "\n");
    Cli.Result privileged = explain("client:reporting", "fetch", address + ":80");
    assertThat(privileged.exitCode()).isEqualTo(3);
    assertThat(privileged.out()).contains("  deny callback: ", "port must be 7000..7999");
  }

  @Test
  void shouldExit3WhenACallbackIsAllowedToNoCallerWhoeverThatIs() throws Exception {
    Files.writeString(file, GOOD.replace("\"caller\", ", ""));
    Cli.Result denied = explain("client:reporting", "fetch", "169.254.169.254:7000");
    assertThat(denied.exitCode()).isEqualTo(3);
    assertThat(denied.out()).contains("  deny callback: ", "address must be in 10.20.0.0/16");
  }

  @Test
  void shouldExit3AndSayWhyWhenACallOrItsCallbackIsDenied() {
    Cli.Result call = explain("client:other", "fetch", "10.20.1.1:7000");
    assertThat(call.exitCode()).isEqualTo(3);
    assertThat(call.out())
        .isEqualTo("deny client:other archive.fetch rule=denied-by-default at " + file + "\n");
    Cli.Result callback =
        explain("client:reporting", "fetch", "10.21.1.1:7000", "--caller", "192.0.2.7");
    assertThat(callback.exitCode()).isEqualTo(3);
    assertThat(callback.out())
        .endsWith(
            "  deny callback: endpoint 10.21.1.1:7000 refused: address must be the caller's own or"
                + " in 10.20.0.0/16, caller=192.0.2.7\n");
    explain("somebody", "fetch", "10.20.1.1:7000")
        .assertFailed(2, "--principal must be client:NAME or server:NAME, not somebody");
  }

  @Test
  void shouldServeByThePolicyFileAndRefuseOneThatIsWrong(@TempDir Path folder) throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    Files.writeString(root.resolve("file"), "content");
    CertificateAuthority authority = CertificateAuthority.create(folder.resolve("pki"));
    Path self = authority.issueServer("server-1", List.of("127.0.0.1"));
    Path alice = authority.issueClient("alice");
    Path bob = authority.issueClient("bob");
    Files.writeString(
        file,
        """
        version = 1
        [[rule]]
        name = "alice"
        who = "client:alice"
        service = "files"
        methods = "get"
        """);
    try (ServeProcess server = ServeProcess.start(root, self, "--policy", file)) {
      String url = server.url("file");
      Cli.here("get", url, "-o", folder.resolve("got"), "--identity", alice, "--quiet")
          .assertDone();
      Cli.here("ls", server.url(""), "--identity", alice)
          .assertFailed(3, "no rule of the server's policy lets client:alice call files.list");
      Cli.here("get", url, "-o", folder.resolve("none"), "--identity", bob)
          .assertFailed(3, "no rule of the server's policy lets client:bob look up files");
      assertThat(server.log())
          .contains("policy: " + file + ", rules=1")
          .contains("decision=deny action=lookup principal=client:bob");
    }
    assertThat(folder.resolve("none")).doesNotExist();
    Files.writeString(file, "version = 3");
    Cli.run("serve", root, "--identity", self, "--policy", file)
        .assertFailed(3, file + ":1:1: version must be 1..1, not \"3\"");
  }

  private Cli.Result explain(
      String principal, String method, String callback, String... otherOptions) {
    List<Object> args =
        new ArrayList<>(List.of("policy", "explain", file, "--principal", principal));
    args.addAll(List.of("--service", "archive", "--method", method, "--callback", callback));
    args.addAll(List.of(otherOptions));
    return Cli.here(args.toArray());
  }
}
