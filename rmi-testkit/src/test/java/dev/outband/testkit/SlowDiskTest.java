package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.transport.FileDestination;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A disk that takes its time over some files. */
@Timeout(60)
class SlowDiskTest extends MatrixTest {
  SlowDiskTest() {
    super(Rig.MEDIUM);
  }

  private static final int SLOW = 8;

  private final CountDownLatch disk = new CountDownLatch(1);

  @Test
  void shouldOpenTransfersWhileTheDiskIsBusyWithOthers() throws Exception {
    Path source = file("small", SMALL_BYTES);
    List<Reception> receptions = new ArrayList<>();
    List<Transmission> transmissions = new ArrayList<>();
    for (int i = 0; i < SLOW; i++) {
      receptions.add(
          rig.receiver.receptions().open(Sink.file(new Slow(targets.resolve("target-" + i)))));
      transmissions.add(rig.transmitter.start(Source.file(source), receptions.get(i).stub()));
    }
    disk.countDown();
    for (int i = 0; i < SLOW; i++) {
      receptions.get(i).await(transmissions.get(i).confirmation());
      assertThat(Files.mismatch(source, targets.resolve("target-" + i))).isEqualTo(-1);
      Files.delete(targets.resolve("target-" + i));
    }
  }

  /** Is as slow to publish a file as a disk that has gigabytes of it to write. */
  private final class Slow implements FileDestination {
    private final FileDestination target;

    Slow(Path path) {
      target = FileDestination.at(path);
    }

    @Override
    public FileChannel create() throws IOException {
      return target.create();
    }

    @Override
    public void publish() throws IOException {
      try {
        if (!disk.await(30, TimeUnit.SECONDS)) {
          throw new IOException("the test did not let the disk go on");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
      target.publish();
    }

    @Override
    public void discard() throws IOException {
      target.discard();
    }
  }
}
