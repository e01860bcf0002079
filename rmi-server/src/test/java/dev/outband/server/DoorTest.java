package dev.outband.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.security.ControlLimits;
import dev.outband.security.ControlPort;
import dev.outband.security.Identity;
import dev.outband.security.SecurityPolicy;
import dev.outband.security.pki.CertificateAuthority;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is due at a server once a second. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DoorTest {
  @TempDir Path folder;

  @Test
  void shouldGoOnWithWhatIsDueEachSecondWhateverItThrows() throws Exception {
    CountDownLatch looks = new CountDownLatch(3);
    Identity identity =
        Identity.load(
            CertificateAuthority.create(folder.resolve("pki"))
                .issueServer("one", List.of("127.0.0.1")));
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (ControlPort port = ControlPort.open(identity, any, ControlLimits.defaults())) {
      Gate gate = Gate.of(identity, SecurityPolicy.anyoneInTheTrustDomain());
      Exports exports = new Exports(port, gate, ClusterPart.none().view());
      Door door =
          Door.open(
              port,
              exports,
              () -> {
                looks.countDown();
                if (looks.getCount() == 2) {
                  throw new IllegalStateException("a fault in what is due");
                }
                throw new StackOverflowError("a fault in what is due");
              });
      try {
        assertThat(looks.await(30, TimeUnit.SECONDS)).isTrue();
      } finally {
        door.close();
      }
    }
  }
}
