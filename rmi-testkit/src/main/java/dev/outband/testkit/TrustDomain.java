package dev.outband.testkit;

import dev.outband.security.Identity;
import dev.outband.security.pki.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A trust domain to throw away with the folder that it is in. Its servers are valid for {@code
 * localhost} and the loopback addresses. Used by one thread at a time.
 */
public final class TrustDomain {

  private static final List<String> HOSTS = List.of("localhost", "127.0.0.1", "::1");

  private final Path folder;
  private final CertificateAuthority authority;

  private TrustDomain(Path folder, CertificateAuthority authority) {
    this.folder = folder;
    this.authority = authority;
  }

  /**
   * Creates the domain.
   *
   * @param folder an empty folder, or one to be made; a JUnit {@code @TempDir} fits
   * @return the domain
   * @throws IOException if there is a domain in it already, or it cannot be written
   */
  public static TrustDomain create(Path folder) throws IOException {
    return new TrustDomain(folder, CertificateAuthority.create(folder));
  }

  /**
   * Issues the identity of a server process on this host.
   *
   * @param name its name
   * @return the identity, loaded
   * @throws IOException if the name is taken or malformed, or the folder cannot be written
   */
  public Identity server(String name) throws IOException {
    return Identity.load(authority.issueServer(name, HOSTS));
  }

  /**
   * Issues the identity of a client process.
   *
   * @param name its name
   * @return the identity, loaded
   * @throws IOException if the name is taken or malformed, or the folder cannot be written
   */
  public Identity client(String name) throws IOException {
    return Identity.load(authority.issueClient(name));
  }

  /**
   * Where an identity lies, for what wants a path.
   *
   * @param name of an issued identity
   * @return its folder
   */
  public Path folder(String name) {
    return folder.resolve(name);
  }

  /**
   * Revokes every certificate that was issued to a name.
   *
   * @param name of an issued identity
   * @throws IOException if it was never issued, or the folder cannot be written
   */
  public void revoke(String name) throws IOException {
    authority.revoke(name);
  }
}
