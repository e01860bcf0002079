package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A disk of 1 MiB, mounted for the test; only root may do that, and not everywhere. */
@Timeout(60)
class FullDiskTest extends MatrixTest {

  private Path disk;
  private boolean mounted;

  FullDiskTest() {
    super(Rig.LONG);
  }

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    mounted = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString());
    assumeTrue(mounted, "skipped: this process may not mount a tmpfs");
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      assertThat(run("umount", disk.toString())).as("unmounted").isTrue();
    }
  }

  @Test
  void shouldFailAtBothEndsWhenTheDiskIsFullAndWorkAgainWhenItIsNot() throws Exception {
    Path source = file("source", 4 << 20);
    Reception reception = rig.receiver.receptions().open(Sink.file(disk.resolve("target")));
    Transmission transmission = rig.transmitter.start(Source.file(source), reception.stub());
    assertThat(FailingSourceTest.failure(transmission.receipt().toCompletableFuture()))
        .hasMessage("the receiver has no space left")
        .extracting(TransferException::code)
        .isEqualTo(Code.NO_SPACE);
    assertThat(FailingSourceTest.failure(reception.transfer().receipt().toCompletableFuture()))
        .extracting(TransferException::code)
        .isEqualTo(Code.NO_SPACE);
    assertThat(disk).isEmptyDirectory();

    Path small = file("small", 512 << 10);
    try (Reception other = rig.receiver.receptions().open(Sink.file(disk.resolve("target")))) {
      other.await(rig.transmitter.transmit(Source.file(small), other.stub()));
    }
    assertThat(disk.resolve("target")).hasSameBinaryContentAs(small);
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      // There is no such command here.
      return false;
    }
  }
}
