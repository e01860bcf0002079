package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.security.IdentityException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSessionContext;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class IdentityTest {
  private DomainFixture domain;
  private Path folder;

  @BeforeEach
  void issue(@TempDir Path temp) throws Exception {
    domain = DomainFixture.create(temp.resolve("pki"));
    folder = domain.server("alpha");
  }

  @Test
  void shouldNameItselfAndItsDomainWhenLoaded() throws Exception {
    Identity identity = Identity.load(folder);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(domain.certificate().getEncoded());
    assertThat(identity.trustDomain()).isEqualTo(HexFormat.of().formatHex(digest));
    assertThat(identity)
        .hasToString(
            "Identity[server:alpha, trust domain " + identity.trustDomain().substring(0, 12) + "]");
    assertThat(identity.sslContext())
        .isSameAs(identity.sslContext())
        .isNotSameAs(Identity.load(folder).sslContext());
  }

  @Test
  void shouldAllowNothingButTls13WhenAskedForParameters() throws Exception {
    Identity identity = Identity.load(folder);
    assertThat(identity.clientParameters().getProtocols()).containsExactly("TLSv1.3");
    assertThat(identity.clientParameters().getEndpointIdentificationAlgorithm()).isEqualTo("HTTPS");
    assertThat(identity.serverParameters().getProtocols()).containsExactly("TLSv1.3");
    assertThat(identity.serverParameters().getNeedClientAuth()).isTrue();
    assertThat(identity.serverParameters().getCipherSuites())
        .containsExactly("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256");
  }

  @Test
  void shouldKeepFewSessionsOfTlsAndNotForLong() throws Exception {
    SSLContext context = Identity.load(folder).sslContext();
    for (SSLSessionContext sessions :
        List.of(context.getClientSessionContext(), context.getServerSessionContext())) {
      assertThat(sessions.getSessionCacheSize()).isEqualTo(256);
      assertThat(sessions.getSessionTimeout()).isEqualTo(60);
    }
  }

  @Test
  void shouldSayMissingWhenAFileIsGone() throws Exception {
    assertRefused(folder.resolve("nowhere"), Reason.MISSING, "nowhere: does not exist");
    for (String name : List.of("key.pem", "ca.pem", "cert.pem")) {
      Path file = folder.resolve(name);
      Files.move(file, folder.resolve("aside"));
      assertRefused(folder, Reason.MISSING, name + ": does not exist");
      Files.move(folder.resolve("aside"), file);
    }
  }

  @Test
  void shouldSayUnreadableWhenAFolderIsInAFilesPlace() throws Exception {
    Files.delete(folder.resolve("cert.pem"));
    Files.createDirectory(folder.resolve("cert.pem"));
    assertRefused(folder, Reason.UNREADABLE, "cert.pem: cannot be read");
    assertRefused(folder.resolve("key.pem"), Reason.UNREADABLE, "key.pem: not a folder");
  }

  @Test
  void shouldSayMalformedWhenPemIsCutAtAnyLine() throws Exception {
    for (String name : List.of("key.pem", "ca.pem", "cert.pem", "crl.pem")) {
      Path file = folder.resolve(name);
      List<String> lines = Files.readAllLines(file);
      for (int kept = 0; kept < lines.size(); kept++) {
        overwrite(file, String.join("\n", lines.subList(0, kept)));
        assertRefused(
            folder,
            Reason.MALFORMED,
            name + (kept == 0 ? ": no PEM block in it, lines=0" : ":1: cut short: no end of"));
      }
      overwrite(file, String.join("\n", lines));
    }
  }

  @Test
  void shouldSayMalformedWhenCertificateIsDamaged() throws Exception {
    byte[] der = PemFile.certificates(folder.resolve("cert.pem")).get(0).getEncoded();
    overwrite(folder.resolve("cert.pem"), pem("CERTIFICATE", Arrays.copyOf(der, der.length - 20)));
    assertRefused(folder, Reason.MALFORMED, "cert.pem:1: damaged certificate");
    overwrite(
        folder.resolve("cert.pem"),
        "from me\n-----BEGIN CERTIFICATE-----\nAAAA\n*!*\n-----END CERTIFICATE-----\n");
    assertRefused(folder, Reason.MALFORMED, "cert.pem:4: damaged: \"CERTIFICATE\" is not base64");
    overwrite(
        folder.resolve("cert.pem"),
        "from me\n-----BEGIN CERTIFICATE-----\nAAAAA\n-----END CERTIFICATE-----\n");
    assertRefused(folder, Reason.MALFORMED, "cert.pem:2: damaged: \"CERTIFICATE\" is not base64");
  }

  @Test
  void shouldNeverAcceptOtherWordsWhenAnyByteOfTheCertificateIsChanged() throws Exception {
    X509Certificate genuine = PemFile.certificates(folder.resolve("cert.pem")).get(0);
    byte[] der = genuine.getEncoded();
    int refused = 0;
    for (int at = 0; at < der.length; at++) {
      byte[] changed = der.clone();
      changed[at] ^= 1;
      overwrite(folder.resolve("cert.pem"), pem("CERTIFICATE", changed));
      try {
        assertThat(Identity.load(folder).certificate().getTBSCertificate())
            .as("what is signed, with byte %d changed", at)
            .isEqualTo(genuine.getTBSCertificate());
      } catch (IdentityException e) {
        assertThat(e).hasMessageMatching(".*/cert[.]pem:(1:)? .*");
        refused++;
      }
    }
    // The count of unused bits in the signature's BIT STRING is not signed.
    assertThat(refused).isGreaterThanOrEqualTo(der.length - 1);
  }

  @Test
  void shouldSayMalformedWhenKeyIsOfAnotherForm() throws Exception {
    overwrite(folder.resolve("key.pem"), pem("EC PRIVATE KEY", new byte[100]));
    assertRefused(
        folder,
        Reason.MALFORMED,
        "key.pem:1: holds \"EC PRIVATE KEY\", and \"PRIVATE KEY\" is needed (convert:");
    overwrite(folder.resolve("key.pem"), pem("PRIVATE KEY", new byte[100]));
    assertRefused(folder, Reason.MALFORMED, "key.pem:1: not a PKCS#8 private key for EC");
    overwrite(folder.resolve("key.pem"), "x".repeat((1 << 20) + 1));
    assertRefused(folder, Reason.MALFORMED, "key.pem: longer than 1048576 bytes");
  }

  @Test
  void shouldSayMismatchWhenKeyIsAnothers() throws Exception {
    Path other = domain.server("beta");
    overwrite(folder.resolve("key.pem"), Files.readString(other.resolve("key.pem")));
    assertRefused(folder, Reason.MISMATCH, "key.pem: not the key of the certificate beside it");
  }

  @Test
  void shouldSayExposedWhenOthersMayReadTheKey() throws Exception {
    for (String mode : List.of("rw-r--r--", "rw-r-----", "rw----r--", "rw--w----")) {
      Files.setPosixFilePermissions(
          folder.resolve("key.pem"), PosixFilePermissions.fromString(mode));
      assertRefused(
          folder,
          Reason.EXPOSED_KEY,
          "key.pem: open to others than its owner (mode " + mode + "); chmod 600 it");
    }
  }

  @Test
  void shouldSayWhenNoLongerOrNotYetValid() throws Exception {
    Path expired =
        domain.authority(Duration.ofDays(-30), Duration.ofDays(1)).issueClient("expired");
    assertRefused(expired, Reason.EXPIRED, "cert.pem: certificate of client:expired expired on 20");
    Path early = domain.authority(Duration.ofDays(30), Duration.ofDays(1)).issueClient("early");
    assertRefused(
        early,
        Reason.NOT_YET_VALID,
        "cert.pem: certificate of client:early is not valid before 20");
  }

  @Test
  void shouldSayWhichFileWhenTheAuthorityHasExpired() {
    Instant late = Instant.now().plus(Duration.ofDays(4000));
    assertThatThrownBy(() -> Identity.load(folder, DomainFixture.at(late)))
        .hasMessageContaining("ca.pem: expired on 20")
        .extracting("reason")
        .isEqualTo(Reason.EXPIRED);
    Instant before = Instant.now().minus(Duration.ofDays(200));
    assertThatThrownBy(() -> Identity.load(folder, DomainFixture.at(before)))
        .hasMessageContaining("ca.pem: not valid before 20");
  }

  @Test
  void shouldSayUntrustedWhenIssuedByAnotherAuthority(@TempDir Path other) throws Exception {
    DomainFixture elsewhere = DomainFixture.create(other.resolve("pki"));
    Files.copy(elsewhere.dir().resolve("ca.pem"), folder.resolve("aside"));
    Files.delete(folder.resolve("crl.pem"));
    overwrite(folder.resolve("ca.pem"), Files.readString(folder.resolve("aside")));
    assertRefused(folder, Reason.UNTRUSTED, "cert.pem: certificate was issued by another CA");
  }

  @Test
  void shouldSayUntrustedWhenSelfSigned() throws Exception {
    replace(new OddCertificate().selfSigned());
    assertRefused(folder, Reason.UNTRUSTED, "cert.pem: certificate is self-signed");
    overwrite(folder.resolve("ca.pem"), Files.readString(folder.resolve("cert.pem")));
    assertRefused(folder, Reason.UNTRUSTED, "ca.pem: not the certificate of a CA");
  }

  @Test
  void shouldSayUntrustedWhenRevocationListIsAnothers(@TempDir Path other) throws Exception {
    DomainFixture elsewhere = DomainFixture.create(other.resolve("pki"));
    overwrite(folder.resolve("crl.pem"), Files.readString(elsewhere.dir().resolve("crl.pem")));
    assertRefused(
        folder,
        Reason.UNTRUSTED,
        String.format(
            "crl.pem: issued by another CA, \"%s\", and a list of \"%s\" is needed",
            elsewhere.certificate().getSubjectX500Principal().getName(),
            domain.certificate().getSubjectX500Principal().getName()));
  }

  @Test
  void shouldSayRevokedWhenInOwnList() throws Exception {
    domain.authority().revoke("alpha");
    assertRefused(folder, Reason.REVOKED, "cert.pem: certificate of server:alpha was revoked");
  }

  @Test
  void shouldRefuseWhenCertificateIsOdd() throws Exception {
    replace(new OddCertificate().uris().issuedBy(domain));
    assertRefused(folder, Reason.ROLE, "cert.pem: certificate names no single role");
    replace(new OddCertificate().uses(KeyPurposeId.id_kp_clientAuth).issuedBy(domain));
    assertRefused(
        folder,
        Reason.ROLE,
        "cert.pem: certificate of server:odd lacks the extended key usage serverAuth");
    replace(new OddCertificate().asAuthority().issuedBy(domain));
    assertRefused(folder, Reason.ROLE, "cert.pem: certificate of server:odd is a CA's");
    replace(new OddCertificate().key("RSA", 1024).issuedBy(domain));
    assertRefused(folder, Reason.WEAK, "RSA key must have at least 2048 bits, not 1024");
  }

  @Test
  void shouldLoadWhenKeyIsRsaOf2048Bits() throws Exception {
    replace(new OddCertificate().key("RSA", 2048).issuedBy(domain));
    assertThat(Identity.load(folder).principal()).hasToString("server:odd");
    Identity client = Identity.load(domain.client("reporting"));
    Loopback.Outcome outcome =
        Loopback.connect(TlsEnd.serverOf(Identity.load(folder)), TlsEnd.clientOf(client));
    assertThat(outcome.client().peer()).hasToString("server:odd");
  }

  private void replace(RawPeer peer) throws Exception {
    overwrite(folder.resolve("cert.pem"), pem("CERTIFICATE", peer.certificate().getEncoded()));
    overwrite(folder.resolve("key.pem"), pem("PRIVATE KEY", peer.key().getEncoded()));
  }

  private static void overwrite(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.US_ASCII);
  }

  private static String pem(String label, byte[] der) {
    String body = Base64.getMimeEncoder().encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  private static void assertRefused(Path folder, Reason reason, String text) {
    assertThatThrownBy(() -> Identity.load(folder))
        .asInstanceOf(InstanceOfAssertFactories.type(IdentityException.class))
        .satisfies(
            refusal -> {
              assertThat(refusal)
                  .hasMessageContaining(text)
                  .hasMessageStartingWith(folder.toString());
              assertThat(refusal.reason()).isEqualTo(reason);
              assertThat(refusal.getMessage()).doesNotContain("\n");
            });
  }
}
