package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.security.Identity;
import dev.outband.security.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TrustDomainTest {

  @TempDir Path folder;

  @Test
  void shouldIssueIdentitiesOfOneDomain() throws Exception {
    TrustDomain domain = TrustDomain.create(folder.resolve("pki"));
    Identity server = domain.server("server-1");
    Identity client = domain.client("reporting");
    assertThat(server.principal().role()).isEqualTo(Role.SERVER);
    assertThat(client.principal().role()).isEqualTo(Role.CLIENT);
    assertThat(server.trustDomain()).isEqualTo(client.trustDomain());
    assertThat(Identity.load(domain.folder("server-1")).principal()).isEqualTo(server.principal());
    domain.revoke("reporting");
    assertThat(domain.folder("reporting").resolve("crl.pem"))
        .satisfies(list -> assertThat(Files.size(list)).isPositive());
  }
}
