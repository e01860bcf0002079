package dev.outband.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The trust domain of one run of the benchmark: made at its start, deleted with the run's folder. */
final class ThrowAwayDomain {
  private static final String STORE = "domain.p12";
  private static final String PASSWORD = "throw-away";

  private ThrowAwayDomain() {}

  /** Makes the domain in a folder that is not there yet. */
  static void create(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path java = Path.of(ProcessHandle.current().info().command().orElse("java"));
    List<String> command = List.of(
        java.resolveSibling("keytool").toString(), "-genkeypair", "-alias", "bench", "-keyalg", "EC",
        "-groupname", "secp256r1", "-dname", "CN=benchmark", "-storetype", "PKCS12",
        "-keystore", folder.resolve(STORE).toString(), "-storepass", PASSWORD);
    int exit = new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    if (exit != 0) {
      throw new IOException("keytool cannot make a trust domain, exit=" + exit);
    }
  }

  static SSLContext serverContext(Path folder) throws IOException, GeneralSecurityException {
    return context(folder);
  }

  static SSLContext clientContext(Path folder) throws IOException, GeneralSecurityException {
    return context(folder);
  }

  private static SSLContext context(Path folder) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve(STORE))) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
