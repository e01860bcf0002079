package dev.outband.server;

import dev.outband.client.OutbandClient;
import dev.outband.security.Identity;
import dev.outband.security.SecurityPolicy;
import dev.outband.security.pki.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A trust domain, and a server that exports an {@link ArchiveService}. */
final class TestProcesses implements AutoCloseable {
  final CertificateAuthority authority;
  final Identity serverIdentity;
  final OutbandServer server;
  final ArchiveService service;

  TestProcesses(Path folder) throws IOException {
    this(folder, SecurityPolicy.anyoneInTheTrustDomain());
  }

  TestProcesses(Path folder, SecurityPolicy policy) throws IOException {
    authority = CertificateAuthority.create(folder);
    serverIdentity = Identity.load(authority.issueServer("one", List.of("localhost", "127.0.0.1")));
    server =
        OutbandServer.builder()
            .identity(serverIdentity)
            .policy(policy)
            .control("127.0.0.1", 0)
            .start();
    service = new ArchiveService(server.transmitter(), server.receptions());
    server.export("archive", Archive.class, service);
  }

  Identity client(String name) throws IOException {
    return Identity.load(authority.issueClient(name));
  }

  OutbandClient connect(String name) throws Exception {
    return connect(client(name));
  }

  OutbandClient connect(Identity identity) throws Exception {
    return OutbandClient.builder().identity(identity).servers(address()).connect();
  }

  String address() {
    return "127.0.0.1:" + server.controlAddress().getPort();
  }

  @Override
  public void close() {
    server.close();
  }
}
