package dev.outband.security;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/** Every certificate, and every kind of TLS, that a process of a trust domain must not accept. */
final class CertificateTable {
  private static final Duration DAY = Duration.ofDays(1);
  private static final String ANOTHER_CA = "peer's certificate was issued by another CA, not";

  private final DomainFixture domain;
  private final RawPeer stranger;
  private final AtomicInteger leavers = new AtomicInteger();

  /** What dials, and sends bytes as far as that goes. */
  @FunctionalInterface
  interface Dialer {
    void send(int port, byte[] bytes) throws Exception;
  }

  /**
   * Who is refused, and with which words.
   *
   * @param what the row's name
   * @param words what the refusing side's log says
   */
  record Row<T>(String what, String words, T peer) {
    @Override
    public String toString() {
      return what;
    }
  }

  CertificateTable(Path folder) throws Exception {
    domain = DomainFixture.create(folder.resolve("here"));
    stranger = RawPeer.from(DomainFixture.create(folder.resolve("there")).server("alpha"));
    domain.client("fired");
    domain.server("dismissed");
    domain.authority().revoke("fired");
    domain.authority().revoke("dismissed");
  }

  DomainFixture domain() {
    return domain;
  }

  /** Those that a server refuses. */
  List<Row<Dialer>> callers() throws Exception {
    List<Row<Dialer>> rows = new ArrayList<>();
    for (Row<RawPeer> row : everywhere("fired", "clientAuth")) {
      TlsEnd end = row.peer().client();
      rows.add(new Row<>(row.what(), row.words(), (port, call) -> RawLine.send(end, port, call)));
    }
    TlsEnd nobody = RawPeer.withoutCertificate().client();
    rows.add(
        new Row<>(
            "no certificate",
            "peer presented no certificate",
            (port, call) -> RawLine.send(nobody, port, call)));
    rows.add(new Row<>("no TLS", "peer does not speak TLS", RawLine::sendInClear));
    rows.add(
        new Row<>(
            "revoked, resumed session", "was revoked", this::sendOverAResumedSessionOfARevokedOne));
    rows.addAll(offers());
    return rows;
  }

  /** Those that a client refuses. */
  List<Row<TlsEnd>> servers() throws Exception {
    List<Row<TlsEnd>> rows = new ArrayList<>();
    for (Row<RawPeer> row : everywhere("dismissed", "serverAuth")) {
      rows.add(new Row<>(row.what(), row.words(), row.peer().server()));
    }
    rows.add(
        new Row<>(
            "client as server",
            "client:posing is a client's, used where a server's is needed",
            RawPeer.from(domain.client("posing")).server()));
    rows.add(
        new Row<>(
            "client as server, with a server's key usage",
            "client:odd is a client's, used where a server's is needed",
            new OddCertificate().uris("outband:client:odd").issuedBy(domain).server()));
    RawPeer wrongHost = RawPeer.from(domain.authority().issueServer("far", List.of("far.example")));
    rows.add(new Row<>("wrong SAN: another host", "is for far.example", wrongHost.server()));
    rows.add(
        new Row<>(
            "wrong SAN: no host",
            "is for no host",
            new OddCertificate().noHosts().issuedBy(domain).server()));
    RawPeer good = RawPeer.from(domain.server("good"));
    rows.add(new Row<>("TLS 1.2", "TLS 1.3", good.speaking("TLSv1.2")));
    rows.add(
        new Row<>(
            "a suite that is not ours",
            "TLS 1.3",
            good.speaking("TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256")));
    return rows;
  }

  private List<Row<Dialer>> offers() throws Exception {
    RawPeer good = RawPeer.from(domain.client("good-client"));
    TlsEnd old = good.speaking("TLSv1.2");
    TlsEnd other = good.speaking("TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256");
    byte[] null12 = RawHello.withoutEncryption12();
    byte[] null13 = RawHello.withoutEncryption13();
    String noSuite = "peer offers no cipher suite that is accepted";
    String no13 = "peer does not speak TLS 1.3";
    return List.of(
        new Row<>("TLS 1.2", no13, (port, call) -> RawLine.send(old, port, call)),
        new Row<>(
            "a suite that is not ours", noSuite, (port, call) -> RawLine.send(other, port, call)),
        new Row<>(
            "null suite of TLS 1.2",
            no13,
            (port, call) -> RawLine.sendInClear(port, joined(null12, call))),
        new Row<>(
            "null suite of TLS 1.3",
            noSuite,
            (port, call) -> RawLine.sendInClear(port, joined(null13, call))));
  }

  /** Refused at either end. */
  private List<Row<RawPeer>> everywhere(String revoked, String use) throws Exception {
    KeyPurposeId otherUse =
        use.equals("clientAuth") ? KeyPurposeId.id_kp_serverAuth : KeyPurposeId.id_kp_clientAuth;
    List<Row<RawPeer>> rows = new ArrayList<>(issuers());
    rows.addAll(chains());
    rows.add(
        new Row<>(
            "expired",
            "certificate of server:odd expired on 20",
            new OddCertificate()
                .valid(DAY.negated(), DAY.negated().plusHours(1))
                .issuedBy(domain)));
    rows.add(
        new Row<>(
            "not yet valid",
            "certificate of server:odd is not valid before 20",
            new OddCertificate().valid(DAY, DAY.plusHours(1)).issuedBy(domain)));
    rows.add(
        new Row<>(
            "revoked",
            ":" + revoked + " was revoked",
            RawPeer.from(domain.dir().resolve(revoked))));
    rows.add(
        new Row<>(
            "wrong EKU",
            "lacks the extended key usage " + use,
            new OddCertificate().uses(otherUse).issuedBy(domain)));
    rows.add(
        new Row<>(
            "no EKU",
            "lacks the extended key usage " + use,
            new OddCertificate().uses().issuedBy(domain)));
    rows.add(
        new Row<>(
            "CA bit on a leaf", "is a CA's", new OddCertificate().asAuthority().issuedBy(domain)));
    rows.add(
        new Row<>("RSA-1024", "2048 bits", new OddCertificate().key("RSA", 1024).issuedBy(domain)));
    rows.add(
        new Row<>(
            "SHA-1",
            "SHA1withECDSA",
            new OddCertificate().signature("SHA1withECDSA").issuedBy(domain)));
    rows.addAll(names());
    return rows;
  }

  private List<Row<RawPeer>> issuers() throws Exception {
    return List.of(
        new Row<>("self-signed", "is self-signed", new OddCertificate().selfSigned()),
        new Row<>("other CA", ANOTHER_CA, stranger),
        new Row<>(
            "other CA of the same name",
            "another CA of the same name",
            new OddCertificate().forgedFor(domain)));
  }

  /** There is one CA, and it signs leaves alone. */
  private List<Row<RawPeer>> chains() throws Exception {
    RawPeer between = new OddCertificate().subject("CN=between").asAuthority().issuedBy(domain);
    RawPeer foreign = new OddCertificate().subject("CN=between").asAuthority().selfSigned();
    RawPeer leaf = new OddCertificate().issuedBy(between);
    return List.of(
        new Row<>("chain over an intermediate CA", ANOTHER_CA, leaf.showing(between)),
        new Row<>("broken chain: nothing between", ANOTHER_CA, leaf),
        new Row<>("broken chain: another between", ANOTHER_CA, leaf.showing(foreign)));
  }

  private List<Row<RawPeer>> names() throws Exception {
    String both = "outband:server:odd";
    return List.of(
        new Row<>(
            "wrong SAN: no role", "0 URI names", new OddCertificate().uris().issuedBy(domain)),
        new Row<>(
            "server's role beside a client's",
            "2 URI names",
            new OddCertificate().uris(both, "outband:client:odd").issuedBy(domain)),
        new Row<>(
            "wrong SAN: unknown role",
            "names no known role",
            new OddCertificate().uris("outband:root:odd").issuedBy(domain)));
  }

  private void sendOverAResumedSessionOfARevokedOne(int port, byte[] call) throws Exception {
    String name = "leaver-" + leavers.incrementAndGet();
    AtomicInteger shown = new AtomicInteger();
    TlsEnd leaver = RawPeer.from(domain.client(name)).client(shown);
    String welcome = RawLine.send(leaver, port, new byte[0]);
    domain.authority().revoke(name);
    RawLine.send(leaver, port, call);
    if (!welcome.equals("\0") || shown.get() != 1) {
      throw new IllegalStateException("the second session must be a resumed one");
    }
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }
}
