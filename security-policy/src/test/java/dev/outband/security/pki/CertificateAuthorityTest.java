package dev.outband.security.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.security.Identity;
import dev.outband.security.IdentityException;
import dev.outband.security.PemFile;
import dev.outband.security.Principal;
import dev.outband.security.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Security;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CertificateAuthorityTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final List<String> HOSTS = List.of("localhost", "127.0.0.1", "::1");

  @TempDir private Path temp;
  private Path dir;
  private CertificateAuthority authority;

  @BeforeEach
  void create() throws IOException {
    dir = temp.resolve("a/pki");
    authority = CertificateAuthority.create(dir);
  }

  @Test
  void shouldIssueLoadableIdentitiesWhenCreated() throws Exception {
    Identity server = Identity.load(authority.issueServer("alpha", HOSTS));
    Identity client = Identity.load(CertificateAuthority.open(dir).issueClient("reporting"));
    assertThat(server.principal()).isEqualTo(new Principal("alpha", Role.SERVER));
    assertThat(client.principal()).isEqualTo(new Principal("reporting", Role.CLIENT));
    assertThat(server.trustDomain()).isEqualTo(client.trustDomain());
  }

  @Test
  void shouldWriteWhatTheProfileSaysWhenIssuingServer() throws Exception {
    X509Certificate leaf = Identity.load(authority.issueServer("alpha", HOSTS)).certificate();
    assertThat(leaf.getSigAlgName()).isEqualTo("SHA256withECDSA");
    assertThat(((ECPublicKey) leaf.getPublicKey()).getParams().getOrder().bitLength())
        .isEqualTo(256);
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
    assertThat(leaf.getNonCriticalExtensionOIDs())
        .containsExactlyInAnyOrder("2.5.29.14", "2.5.29.17", "2.5.29.35", "2.5.29.37");
    assertThat(leaf.getExtendedKeyUsage())
        .containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(alternativeNames(leaf))
        .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "outband:server:alpha");
    assertThat(leaf.getSerialNumber().bitLength()).isBetween(64, 128);
  }

  @Test
  void shouldAllowClientToCallOnlyWhenIssuingClient() throws Exception {
    X509Certificate leaf = Identity.load(authority.issueClient("reporting")).certificate();
    assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    assertThat(alternativeNames(leaf)).containsExactly("outband:client:reporting");
  }

  @Test
  void shouldKeepKeysToTheOwnerWhenWriting() throws Exception {
    Path server = authority.issueServer("alpha", HOSTS);
    assertMode(dir, "rwx------");
    assertMode(dir.resolve("ca.key"), "rw-------");
    assertMode(server, "rwx------");
    assertMode(server.resolve("key.pem"), "rw-------");
    assertThat(names(server)).containsExactly("ca.pem", "cert.pem", "crl.pem", "key.pem");
    assertThat(names(dir))
        .containsExactly(".issued", ".lock", "alpha", "ca.key", "ca.pem", "crl.pem");
  }

  @Test
  void shouldLeaveEverythingWhenThereIsAnAuthorityAlready() throws Exception {
    authority.issueClient("reporting");
    Map<String, String> before = contents();
    assertRefused(
        () -> CertificateAuthority.create(dir),
        PkiException.Reason.EXISTS,
        dir + ": has a certificate authority already (ca.pem)");
    assertThat(contents()).isEqualTo(before);
  }

  @Test
  void shouldRefuseToCreateWhenOnlyTheKeyIsLeft() throws Exception {
    Files.delete(dir.resolve("ca.pem"));
    Files.delete(dir.resolve("crl.pem"));
    String key = Files.readString(dir.resolve("ca.key"));
    assertThatThrownBy(() -> CertificateAuthority.create(dir))
        .hasMessageEndingWith("already (ca.key)");
    assertThat(dir.resolve("ca.key")).hasContent(key);
  }

  @Test
  void shouldLeaveEverythingWhenTheNameIsTaken() throws Exception {
    authority.issueServer("alpha", HOSTS);
    Map<String, String> before = contents();
    assertRefused(
        () -> authority.issueClient("alpha"),
        PkiException.Reason.EXISTS,
        dir.resolve("alpha") + ": exists already");
    assertRefused(
        () -> authority.issueClient("ca.pem"),
        PkiException.Reason.EXISTS,
        "ca.pem: exists already");
    assertThat(contents()).isEqualTo(before);
  }

  @Test
  void shouldIssueANameAgainOnlyWhenTheLastOneIsRevoked() throws Exception {
    Path first = authority.issueClient("reporting");
    Files.move(first, temp.resolve("elsewhere"));
    assertRefused(
        () -> authority.issueClient("reporting"), PkiException.Reason.EXISTS, "; revoke it first");
    assertThat(authority.revoke("reporting")).isTrue();
    Identity second = Identity.load(authority.issueClient("reporting"));
    assertThat(list(dir).isRevoked(second.certificate())).isFalse();
    assertThat(list(dir).isRevoked(PemFile.certificates(temp.resolve("elsewhere/cert.pem")).get(0)))
        .isTrue();
    assertThat(authority.revoke("reporting")).isTrue();
    assertThat(list(dir).isRevoked(second.certificate())).isTrue();
  }

  @Test
  void shouldPutTheListInEveryFolderWhenRevoking() throws Exception {
    Path server = authority.issueServer("alpha", HOSTS);
    Path client = authority.issueClient("reporting");
    X509Certificate revoked = PemFile.certificates(client.resolve("cert.pem")).get(0);
    assertThat(authority.revoke("reporting")).isTrue();
    for (Path folder : List.of(dir, server, client)) {
      assertThat(list(folder).isRevoked(revoked)).isTrue();
    }
    assertThat(names(server)).containsExactly("ca.pem", "cert.pem", "crl.pem", "key.pem");
  }

  @Test
  void shouldWriteTheListAgainWhenRevokedAlready() throws Exception {
    Path server = authority.issueServer("alpha", HOSTS);
    authority.issueClient("reporting");
    authority.revoke("reporting");
    String list = Files.readString(dir.resolve("crl.pem"));
    Files.delete(server.resolve("crl.pem"));
    assertThat(authority.revoke("reporting")).isFalse();
    assertThat(dir.resolve("crl.pem")).hasContent(list);
    assertThat(server.resolve("crl.pem")).hasContent(list);
  }

  @Test
  void shouldLeaveOtherDomainsFoldersAloneWhenRevoking() throws Exception {
    authority.issueClient("reporting");
    Path foreign = CertificateAuthority.create(temp.resolve("b")).issueClient("guest");
    Path copied = Files.createDirectory(dir.resolve("guest"));
    Files.copy(foreign.resolve("ca.pem"), copied.resolve("ca.pem"));
    Files.createDirectory(dir.resolve("notes"));
    authority.revoke("reporting");
    assertThat(names(copied)).containsExactly("ca.pem");
    assertThat(names(dir.resolve("notes"))).isEmpty();
  }

  @Test
  void shouldSayWhichFolderWhenTheListCannotBeWrittenThere() throws Exception {
    Path server = authority.issueServer("alpha", HOSTS);
    Path client = authority.issueClient("reporting");
    Files.delete(client.resolve("crl.pem"));
    Files.createDirectories(client.resolve("crl.pem/in-the-way"));
    assertRefused(
        () -> authority.revoke("reporting"),
        PkiException.Reason.FAILED,
        client.resolve("crl.pem") + ": the new");
    assertThat(list(server).getRevokedCertificates()).hasSize(1);
    assertThat(names(client)).noneMatch(name -> name.startsWith(".new"));
  }

  @Test
  void shouldRefuseToRevokeWhenNeverIssued() {
    assertRefused(
        () -> authority.revoke("nobody"), PkiException.Reason.UNKNOWN, "nobody: never issued here");
  }

  @Test
  void shouldSayWhatIsWrongWhenOpeningADamagedAuthority() throws Exception {
    assertRefused(
        () -> CertificateAuthority.open(temp),
        PkiException.Reason.UNKNOWN,
        temp + ": no certificate authority here");
    assertThat(names(temp)).containsExactly("a");
    assertRefused(
        () -> CertificateAuthority.open(temp.resolve("none")),
        PkiException.Reason.UNKNOWN,
        "no certificate authority");
    Files.setPosixFilePermissions(
        dir.resolve("ca.key"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> CertificateAuthority.open(dir))
        .isInstanceOf(IdentityException.class)
        .hasMessageContaining("ca.key: open to others");
    Files.delete(dir.resolve("ca.key"));
    Path other = temp.resolve("b");
    CertificateAuthority.create(other);
    Files.copy(other.resolve("ca.key"), dir.resolve("ca.key"));
    assertThatThrownBy(() -> CertificateAuthority.open(dir))
        .isInstanceOf(IdentityException.class)
        .hasMessageContaining("ca.key: not the key of the certificate beside it");
  }

  @Test
  void shouldRefuseToIssueWhenTheListIsAnothers() throws Exception {
    Path other = temp.resolve("b");
    CertificateAuthority.create(other);
    Files.write(dir.resolve("crl.pem"), Files.readAllBytes(other.resolve("crl.pem")));
    assertRefused(
        () -> authority.issueClient("reporting"),
        PkiException.Reason.DAMAGED,
        "crl.pem: not signed by the CA");
    Path client = CertificateAuthority.open(other).issueClient("reporting");
    Files.write(dir.resolve("ca.pem"), Files.readAllBytes(client.resolve("cert.pem")));
    assertRefused(
        () -> CertificateAuthority.open(dir),
        PkiException.Reason.DAMAGED,
        "ca.pem: not the certificate of a CA");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../x", "a/b", ".hidden", "a b"})
  void shouldRefuseWhenTheNameIsMalformed(String name) throws Exception {
    Map<String, String> before = contents();
    assertThatThrownBy(() -> authority.issueClient(name))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> authority.issueServer(name, HOSTS))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> authority.revoke(name)).isInstanceOf(IllegalArgumentException.class);
    assertThat(contents()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*.example.org",
        "a..b",
        "-a",
        "http://a",
        "a:80",
        "1.2.3.999",
        "fe80::1%eth0",
        "10.0.0.0/8",
        "a\nb"
      })
  void shouldRefuseWhenAHostIsMalformed(String host) {
    assertThatThrownBy(() -> authority.issueServer("alpha", List.of("localhost", host)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("host must be a DNS name (no wildcard) or an IP address, not \"");
    assertThat(dir.resolve("alpha")).doesNotExist();
  }

  @Test
  void shouldRefuseWhenAServerHasNoHost() {
    assertThatThrownBy(() -> authority.issueServer("alpha", List.of()))
        .hasMessage("a server needs 1..100 hosts, not 0");
  }

  @Test
  void shouldEndWithTheAuthorityWhenALeafWouldOutliveIt() throws Exception {
    Lifetimes lifetimes = new Lifetimes(Duration.ofDays(10), Duration.ofDays(397));
    Path short10 = temp.resolve("short");
    CertificateAuthority brief =
        CertificateAuthority.create(short10, lifetimes, Clock.fixed(NOW, ZoneOffset.UTC));
    X509Certificate leaf =
        PemFile.certificates(brief.issueClient("reporting").resolve("cert.pem")).get(0);
    assertThat(leaf.getNotBefore()).isEqualTo(NOW.minus(Duration.ofMinutes(5)));
    assertThat(leaf.getNotAfter()).isEqualTo(NOW.plus(Duration.ofDays(10)));
  }

  @Test
  void shouldRegisterNoProviderWhenAtWork() throws Exception {
    authority.issueClient("reporting");
    assertThat(Security.getProviders()).noneMatch(provider -> provider.getName().startsWith("BC"));
  }

  @Test
  void shouldRenewForTheSameKeyRoleAndHostsAndReplaceTheCertificateAlone() throws Exception {
    Path folder = authority.issueServer("alpha", HOSTS);
    X509Certificate old = Identity.load(folder).certificate();
    String key = Files.readString(folder.resolve("key.pem"));
    CertificateAuthority later =
        CertificateAuthority.open(
            dir, new Lifetimes(Duration.ofDays(3650), Duration.ofDays(500)), Clock.systemUTC());
    assertThat(later.renew("alpha")).isEqualTo(folder);
    X509Certificate renewed = Identity.load(folder).certificate();
    assertThat(renewed.getNotAfter()).isAfter(old.getNotAfter());
    assertThat(renewed.getSerialNumber()).isNotEqualTo(old.getSerialNumber());
    assertThat(renewed.getPublicKey()).isEqualTo(old.getPublicKey());
    assertThat(alternativeNames(renewed)).isEqualTo(alternativeNames(old));
    assertThat(renewed.getExtendedKeyUsage()).isEqualTo(old.getExtendedKeyUsage());
    assertThat(folder.resolve("key.pem")).hasContent(key);
    assertThat(authority.issued())
        .extracting(CertificateAuthority.Issued::principal)
        .containsExactly(new Principal("alpha", Role.SERVER), new Principal("alpha", Role.SERVER));
    authority.revoke("alpha");
    assertThat(authority.issued()).allMatch(CertificateAuthority.Issued::isRevoked);
  }

  @Test
  void shouldNotRenewWhatIsNotThereOrWasRevoked() throws Exception {
    authority.issueClient("leaver");
    authority.revoke("leaver");
    Map<String, String> before = contents();
    assertRefused(
        () -> authority.renew("leaver"),
        PkiException.Reason.DAMAGED,
        dir.resolve("leaver") + ": was revoked, issue it again");
    assertRefused(
        () -> authority.renew("nobody"),
        PkiException.Reason.UNKNOWN,
        dir.resolve("nobody/cert.pem") + ": does not exist, nothing to renew");
    assertThat(contents()).isEqualTo(before);
  }

  @Test
  void shouldLoseNoRevocationWhenTwoRevokeAtOnce() throws Exception {
    List<String> names = Stream.iterate(0, i -> i + 1).limit(8).map(i -> "client-" + i).toList();
    for (String name : names) {
      authority.issueClient(name);
    }
    ExecutorService workers = Executors.newFixedThreadPool(4);
    try {
      List<Future<Boolean>> revocations = new ArrayList<>();
      for (String name : names) {
        revocations.add(workers.submit(() -> CertificateAuthority.open(dir).revoke(name)));
      }
      for (Future<Boolean> revocation : revocations) {
        assertThat(revocation.get()).isTrue();
      }
    } finally {
      workers.shutdownNow();
    }
    assertThat(list(dir).getRevokedCertificates()).hasSize(names.size());
  }

  private static X509CRL list(Path folder) throws IOException {
    return PemFile.revocationList(folder.resolve("crl.pem"));
  }

  private static List<String> alternativeNames(X509Certificate leaf)
      throws CertificateParsingException {
    return leaf.getSubjectAlternativeNames().stream().map(name -> name.get(1).toString()).toList();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> listed = Files.list(folder)) {
      return listed.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> walked = Files.walk(dir)) {
      for (Path file : walked.filter(Files::isRegularFile).toList()) {
        contents.put(dir.relativize(file).toString(), Files.readString(file));
      }
    }
    return contents;
  }

  private static void assertMode(Path file, String mode) throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .as(file.toString())
        .isEqualTo(mode);
  }

  private static void assertRefused(
      ThrowingCallable work, PkiException.Reason reason, String text) {
    assertThatThrownBy(work)
        .hasMessageContaining(text)
        .asInstanceOf(InstanceOfAssertFactories.type(PkiException.class))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
