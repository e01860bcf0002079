package dev.outband.security.pki;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.security.Identity;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CertificateAuthorityTest {
  @TempDir Path temp;

  @Test
  void shouldIssueLoadableIdentitiesWhenCreated() throws Exception {
    CertificateAuthority authority = CertificateAuthority.create(temp.resolve("pki"));
    Identity server = Identity.load(authority.issueServer("alpha", List.of("localhost", "127.0.0.1", "::1")));
    Identity client = Identity.load(authority.issueClient("reporting"));
    assertThat(server.principal()).hasToString("server:alpha");
    assertThat(client.principal()).hasToString("client:reporting");
    assertThat(server.trustDomain()).hasSize(64).isEqualTo(client.trustDomain());
  }
}
