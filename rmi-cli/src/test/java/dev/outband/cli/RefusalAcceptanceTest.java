package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.outband.api.ReceptionObject;
import dev.outband.cli.files.FileService;
import dev.outband.client.OutbandClient;
import dev.outband.security.Identity;
import dev.outband.security.pki.CertificateAuthority;
import dev.outband.security.pki.Lifetimes;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bad input and bad peers: one clear line, the right exit code, nothing left behind, and the server
 * serves on.
 */
@Timeout(180)
class RefusalAcceptanceTest {

  @TempDir static Path temp;
  @TempDir Path work;
  private static Path root;
  private static CertificateAuthority authority;
  private static Path serverIdentity;
  private static Path client;
  private static ServeProcess server;

  @BeforeAll
  static void serve() throws IOException {
    root = Files.createDirectories(temp.resolve("root/folder")).getParent();
    Files.writeString(root.resolve("file"), "content");
    Files.createSymbolicLink(root.resolve("link"), temp.resolve("pki/ca.pem"));
    authority = CertificateAuthority.create(temp.resolve("pki"));
    client = authority.issueClient("alice");
    serverIdentity = authority.issueServer("server-1", List.of("127.0.0.1"));
    server = ServeProcess.start(root, serverIdentity);
  }

  @AfterEach
  void shouldLeaveNothingBehindAndServeOn() throws IOException {
    try (Stream<Path> files = Files.walk(work)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .noneMatch(name -> name.contains("outband-") || name.equals("got"));
    }
    Path file = work.resolve("served-on");
    Cli.here("get", server.url("file"), "-o", file, "--identity", client, "--quiet").assertDone();
    assertThat(file).hasContent("content");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test
  void shouldExit6WhenTheFileIsNotThere() throws Exception {
    get("absent").assertFailed(6, "no such file, path=absent");
    get("absent/x").assertFailed(6, "no such file, path=absent/x");
    ls("absent").assertFailed(6, "no such file, path=absent");
    Cli.run("get", server.url("absent"), "-o", work.resolve("got"), "--identity", client)
        .assertFailed(6, "no such file, path=absent");
    put(work.resolve("absent"), "x").assertFailed(6, "no such file: " + work.resolve("absent"));
  }

  @Test
  void shouldExit2WhenTheCommandLineMakesNoSense() throws Exception {
    get("folder").assertFailed(2, "is a folder, not a file, path=folder");
    get("..%2e/file").assertFailed(6, "no such file, path=.../file");
    get("../file").assertFailed(2, "a path has neither empty names nor . or .., path=../file");
    get("/etc/passwd")
        .assertFailed(2, "a path has neither empty names nor . or .., path=/etc/passwd");
    get("file%00").assertFailed(2, "this server's file system has no such names, path=file?");
    Cli.here("get", "http://127.0.0.1/x", "-o", work.resolve("got"))
        .assertFailedWith(2, "malformed URL http://127.0.0.1/x");
    Cli.run("get", "outband://127.0.0.1/x", "-o", work.resolve("got"))
        .assertFailedWith(2, "no port in 127.0.0.1");
    Cli.here("get", server.url("file")).assertFailedWith(2, "--output");
    Cli.here("get", server.url("file"), "-o", work, "--identity", client)
        .assertFailed(2, "is a folder, not a file: " + work);
    Cli.here("get", server.url("file"), "-o", "/dev/null", "--identity", client)
        .assertFailed(2, "is no regular file: /dev/null");
    put(work, "x").assertFailed(2, "is a folder, not a file: " + work);
    Cli.here("serve", work.resolve("none"), "--identity", serverIdentity)
        .assertFailed(2, "no such folder: " + work.resolve("none"));
    Cli.here("serve", root.resolve("file"), "--identity", serverIdentity)
        .assertFailed(2, "not a folder: " + root.resolve("file"));
    Cli.here("serve", root, "--identity", serverIdentity, "--idle-deadline", "0")
        .assertFailed(2, "--idle-deadline must be 1..86400 seconds, not 0");
    Cli.here("serve", root, "--identity", serverIdentity, "--opening-deadline", "86401")
        .assertFailed(2, "--opening-deadline must be 1..86400 seconds, not 86401");
    Cli.here("demo", "--size", "much").assertFailedWith(2, "a size is a number");
    Cli.here("frobnicate").assertFailedWith(2, "frobnicate");
    Cli.here().assertFailedWith(2, "no command");
  }

  @Test
  void shouldExit3WhenThePolicySaysNo() throws Exception {
    get("link").assertFailed(3, "symbolic links are not followed, path=link");
    put(Files.writeString(work.resolve("mine"), "x"), "new")
        .assertFailed(3, "the server is read-only, path=new");
    assertThat(root.resolve("new")).doesNotExist();
  }

  @Test
  void shouldExit3WhenTheJvmOrTheAddressUndoesWhatIsPromised() throws Exception {
    Cli.here("serve", root, "--identity", serverIdentity, "--control", "0.0.0.0:0")
        .assertFailed(
            3,
            "refused to start: control port on \"0.0.0.0\": every network of this host gets to it;"
                + " name one address, risk=WILDCARD_BIND; --bind-any says that it is meant");
    List<String> open = Cli.command("serve", root, "--identity", serverIdentity);
    open.add(1, "-Dcom.sun.management.jmxremote.port=0");
    open.add(1, "-Dcom.sun.management.jmxremote.authenticate=false");
    open.add(1, "-Dcom.sun.management.jmxremote.ssl=false");
    open.add(1, "-Dcom.sun.management.jmxremote.host=127.0.0.1");
    Cli.end(Cli.start(open)).assertFailedWith(3, "jmxremote.port \"0\"", "risk=REMOTE_JMX");
    List<String> wide =
        Cli.command(
            "serve", root, "--identity", serverIdentity, "--control", "0.0.0.0:0", "--bind-any");
    Cli.Running running = Cli.start(wide);
    try {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> Files.readString(running.out()).startsWith("ready control=0.0.0.0:"));
    } finally {
      running.process().destroy();
      Cli.end(running);
    }
  }

  @Test
  void shouldExit3WhenThereIsNoUsableIdentity() throws Exception {
    Path got = work.resolve("got");
    Cli.run("get", server.url("file"), "-o", got)
        .assertFailed(3, "no identity: give --identity DIR or set OUTBAND_IDENTITY");
    Cli.here("ls", server.url(""))
        .assertFailed(3, "no identity: give --identity DIR or set OUTBAND_IDENTITY");
    get("file", work.resolve("nobody")).assertFailedWith(3, "nobody", "does not exist");

    Path damaged = copy(client, "damaged");
    Files.writeString(
        damaged.resolve("cert.pem"),
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    get("file", damaged).assertFailedWith(3, "damaged/cert.pem");

    Path mismatched = copy(client, "mismatched");
    Files.copy(
        authority.issueClient("bob").resolve("key.pem"),
        mismatched.resolve("key.pem"),
        StandardCopyOption.REPLACE_EXISTING);
    get("file", mismatched).assertFailedWith(3, "mismatched/key.pem", "not the key of");

    Path keyless = copy(client, "keyless");
    Files.delete(keyless.resolve("key.pem"));
    get("file", keyless).assertFailedWith(3, "keyless/key.pem");

    Path exposed = copy(client, "exposed");
    Files.setPosixFilePermissions(
        exposed.resolve("key.pem"), PosixFilePermissions.fromString("rw-r--r--"));
    get("file", exposed).assertFailedWith(3, "exposed/key.pem");

    Path garbled = copy(client, "garbled");
    Files.writeString(garbled.resolve("key.pem"), "no key");
    get("file", garbled).assertFailedWith(3, "garbled/key.pem");
  }

  @Test
  void shouldExit3WhenTheCertificateIsNotAcceptable() throws Exception {
    Path other = CertificateAuthority.create(work.resolve("other")).issueClient("mallory");
    get("file", other).assertFailedWith(3, "issued by");

    Clock past = Clock.fixed(Instant.now().minus(Duration.ofDays(30)), ZoneOffset.UTC);
    CertificateAuthority earlier =
        CertificateAuthority.open(
            temp.resolve("pki"), new Lifetimes(Duration.ofDays(365), Duration.ofDays(1)), past);
    get("file", earlier.issueClient("expired")).assertFailedWith(3, "expired");

    Path revoked = authority.issueClient("carol");
    Path copied = copy(revoked, "copied");
    authority.revoke("carol");
    get("file", revoked).assertFailedWith(3, "revoked");
    get("file", copied).assertFailedWith(3, "refused");
  }

  @Test
  void shouldExit3WhenTheServerIsNotTheOneThatWasMeant() throws Exception {
    Path elsewhere = authority.issueServer("elsewhere", List.of("elsewhere.example"));
    try (ServeProcess wrong = ServeProcess.start(root, elsewhere)) {
      Cli.here("get", wrong.url("file"), "-o", work.resolve("got"), "--identity", client)
          .assertFailedWith(3, "127.0.0.1", "not for");
    }
    Path foreign =
        CertificateAuthority.create(work.resolve("other"))
            .issueServer("foreign", List.of("127.0.0.1"));
    try (ServeProcess wrong = ServeProcess.start(root, foreign)) {
      Cli.here("get", wrong.url("file"), "-o", work.resolve("got"), "--identity", client)
          .assertFailedWith(3, "issued by");
    }
    Cli.here("serve", root, "--identity", client, "--control", "127.0.0.1:0")
        .assertFailedWith(3, "client:alice");
  }

  @Test
  void shouldExit4WhenNobodyAnswers() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    Cli.run(
            "get",
            "outband://127.0.0.1:" + closed + "/file",
            "-o",
            work.resolve("got"),
            "--identity",
            client)
        .assertFailedWith(4, "127.0.0.1:" + closed);
    Cli.here("ls", "outband://no-such-host.invalid:7099/", "--identity", client)
        .assertFailedWith(4, "no-such-host.invalid");
  }

  @Test
  void shouldExit4WhenWhoAnswersIsNoServer() throws Exception {
    try (ServerSocket web = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Thread answering = new Thread(() -> answerAsWebServer(web), "test-web-server");
      answering.start();
      String address = "127.0.0.1:" + web.getLocalPort();
      Cli.here("ls", "outband://" + address + "/", "--identity", client)
          .assertFailed(4, "no server answered: " + address + ": peer does not speak TLS");
      answering.join();
    }
  }

  private static void answerAsWebServer(ServerSocket web) {
    try (Socket socket = web.accept()) {
      socket
          .getOutputStream()
          .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      // The client has gone: it needs no answer.
      assertThat(web.isBound()).isTrue();
    }
  }

  @Test
  void shouldExit5WhenThePortIsInUse() throws Exception {
    Cli.run("serve", root, "--identity", serverIdentity, "--control", server.control())
        .assertFailedWith(5, server.control(), "in use");
  }

  @Test
  void shouldExit5WhenTheTargetCannotBeWritten() throws Exception {
    Cli.here("get", server.url("file"), "-o", work.resolve("none/got"), "--identity", client)
        .assertFailed(5, "no such folder: " + work.resolve("none"));
    Files.write(root.resolve("large"), new byte[4 << 20]);
    Cli.Running limited =
        Cli.start(
            limitedTo1MiBFiles(
                "get", server.url("large"), "-o", work.resolve("got"), "--identity", client));
    Cli.end(limited).assertFailed(5, "the receiver has no space left");
  }

  private static List<String> limitedTo1MiBFiles(Object... args) {
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "ulimit -f 2048; exec \"$@\"", "sh"));
    command.addAll(Cli.command(args));
    return command;
  }

  private Path copy(Path identity, String name) throws IOException {
    Path copy = Files.createDirectory(work.resolve(name));
    try (Stream<Path> files = Files.list(identity)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return copy;
  }

  private Cli.Result get(String path) {
    return get(path, client);
  }

  private Cli.Result get(String path, Path identity) {
    return Cli.here("get", server.url(path), "-o", work.resolve("got"), "--identity", identity);
  }

  private Cli.Result ls(String path) {
    return Cli.here("ls", server.url(path), "--identity", client);
  }

  private Cli.Result put(Path file, String path) {
    return Cli.here("put", file, server.url(path), "--identity", client);
  }

  /** What no server admits, and RMI itself refuses, before any code of the server's is reached. */
  private static final class Foreign implements ReceptionObject, Serializable {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void shouldTellACallerNothingOfTheServersStackWhenRmiRefusesAnArgument() throws Exception {
    try (OutbandClient caller =
        OutbandClient.builder()
            .identity(Identity.load(client))
            .servers(server.control())
            .connect()) {
      FileService files = caller.lookup(FileService.NAME, FileService.class);
      Throwable refusal = catchThrowable(() -> files.get("file", new Foreign()));
      List<String> frames = new ArrayList<>();
      for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
        Stream.of(cause.getStackTrace()).map(StackTraceElement::getClassName).forEach(frames::add);
      }
      assertThat(frames).contains(getClass().getName());
      assertThat(frames).noneMatch(name -> name.contains("UnicastServerRef"));
    }
  }
}
