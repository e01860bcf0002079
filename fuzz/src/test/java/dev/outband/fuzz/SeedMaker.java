package dev.outband.fuzz;

import dev.outband.security.PemFile;
import dev.outband.security.pki.CertificateAuthority;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Writes the seeds anew, with the encoders as they are now; {@code fuzz/run --seeds} starts it.
 * Seeds that were found, and no encoder makes, stay as they are.
 */
public final class SeedMaker {
  private SeedMaker() {}

  /** Writes into the folder of test resources that is the one argument. */
  public static void main(String[] arguments) throws ReflectiveOperationException, IOException {
    Path resources = Path.of(arguments[0]);
    if (!Files.exists(resources.resolve("ca.der"))) {
      certificates(resources);
    }
    for (String target : Seeds.targets(resources.resolve("seeds"))) {
      for (Method method : Class.forName(target).getMethods()) {
        if (method.getName().equals("seeds")) {
          Map<?, ?> seeds = (Map<?, ?>) method.invoke(null);
          for (Map.Entry<?, ?> seed : seeds.entrySet()) {
            write(resources, target, (String) seed.getKey(), (byte[]) seed.getValue());
          }
        }
      }
    }
  }

  private static void certificates(Path resources) throws IOException {
    Path folder = Files.createTempDirectory("outband-seeds");
    CertificateAuthority pki = CertificateAuthority.create(folder.resolve("pki"));
    Path server = pki.issueServer("files", List.of("127.0.0.1", "files.example"));
    Path client = pki.issueClient("me");
    pki.revoke("me");
    Files.write(resources.resolve("ca.der"), der(server.resolve("ca.pem")));
    String shown = "dev.outband.security.CertificateTarget";
    write(resources, shown, "ca", der(server.resolve("ca.pem")));
    write(resources, shown, "server", der(server.resolve("cert.pem")));
    write(resources, shown, "client", der(client.resolve("cert.pem")));
    String pem = "dev.outband.security.PemTarget";
    write(resources, pem, "certificate", Files.readAllBytes(server.resolve("cert.pem")));
    write(resources, pem, "list", Files.readAllBytes(server.resolve("crl.pem")));
  }

  private static byte[] der(Path file) throws IOException {
    try {
      return PemFile.certificates(file).get(0).getEncoded();
    } catch (java.security.cert.CertificateEncodingException e) {
      throw new IOException(file + ": cannot be written again", e);
    }
  }

  private static void write(Path resources, String target, String name, byte[] seed)
      throws IOException {
    Path folder = Files.createDirectories(resources.resolve("seeds").resolve(target));
    Files.write(folder.resolve(name), seed);
  }
}
