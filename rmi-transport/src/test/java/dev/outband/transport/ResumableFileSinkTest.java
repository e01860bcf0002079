package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Protection;
import dev.outband.transport.wire.OpenRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of a file when its transfer fails, and what is believed of what was kept. */
@Timeout(30)
class ResumableFileSinkTest {

  private static final int SIZE = 3000;
  private static final Duration NEVER = Duration.ofHours(1);
  private static final String PART = ".file.outband-part";
  private static final String RECORD = ".file.outband-part-record";

  @TempDir Path folder;
  private final byte[] content = new byte[SIZE];
  private Path target;
  private BlockingThreads threads;

  @BeforeEach
  void start() {
    new Random(1).nextBytes(content);
    target = folder.resolve("file");
    threads = new BlockingThreads("test", 8);
  }

  @AfterEach
  void end() {
    threads.close();
  }

  @Test
  void shouldGoOnBehindWhatAFailedTransferLeft() throws Exception {
    leave(1000);
    assertThat(target).doesNotExist();

    ResumableFileSink next = Sink.resumableFile(target);
    assertThat(next.oddity()).isEmpty();
    assertThat(next.held()).isEqualTo(new Held(1000, "v1"));
    write(next, 1000, SIZE);
    next.commit();
    next.drop();

    assertThat(target).hasBinaryContent(content);
    assertThat(names()).containsExactly("file");
  }

  @Test
  void shouldBelieveAfterAnotherStartOfTheMachineOnlyWhatWasForced() throws Exception {
    leave(1000);
    PartRecord said = record();
    assertThat(said.forced()).isEqualTo(1000);
    new PartRecord("v1", SIZE, 400, "another-boot", said.fileKey())
        .write(folder.resolve(RECORD), false);

    ResumableFileSink next = Sink.resumableFile(target);
    assertThat(next.held()).isEqualTo(new Held(400, "v1"));
    write(next, 400, SIZE);
    next.commit();
    assertThat(target).hasBinaryContent(content);
  }

  @Test
  void shouldBelieveUnderTheSameStartWhatAKilledProcessWrote() throws Exception {
    leave(1000);
    PartRecord said = record();
    new PartRecord("v1", SIZE, 0, said.boot(), said.fileKey()).write(folder.resolve(RECORD), false);
    assertThat(said.boot()).as("Linux names its starts").isNotEmpty();
    assertThat(heldNext()).isEqualTo(1000);
  }

  @Test
  void shouldForceWhatItHasWhileBytesCome() throws Exception {
    ResumableFileSink sink = new ResumableFileSink(target, Duration.ofMillis(5));
    write(sink, 0, 1000);
    while (record().forced() < 1000) {
      Thread.onSpinWait();
    }
    sink.write(ByteBuffer.wrap(content, 1000, 500), ByteBuffer.allocateDirect(SIZE));
    while (record().forced() < 1500) {
      Thread.onSpinWait();
    }
    sink.drop();
    assertThat(heldNext()).isEqualTo(1500);
  }

  @Test
  void shouldStartAnewAndSayWhyWherePartAndRecordDoNotFit() throws Exception {
    leave(1000);
    byte[] good = Files.readAllBytes(folder.resolve(RECORD));
    PartRecord said = record();

    Files.delete(folder.resolve(RECORD));
    startsAnew("nothing says what the part beside it is");
    byte[] damaged = good.clone();
    damaged[20] ^= 1;
    Files.write(folder.resolve(RECORD), damaged);
    startsAnew("the record of the part is damaged");
    Files.write(folder.resolve(RECORD), Arrays.copyOf(good, good.length / 2));
    startsAnew("the record of the part is damaged");
    Files.write(folder.resolve(RECORD), new byte[5000]);
    startsAnew("the record of the part is damaged");
    new PartRecord("v1", SIZE, 400, said.boot(), "(dev=1,ino=1)")
        .write(folder.resolve(RECORD), false);
    startsAnew("the record is of another part");
    new PartRecord("v1", SIZE, 1001, said.boot(), said.fileKey())
        .write(folder.resolve(RECORD), false);
    startsAnew("the part does not fit its record, bytes=1000, forced=1001, object=3000");
    new PartRecord("v1", 999, 10, said.boot(), said.fileKey()).write(folder.resolve(RECORD), false);
    startsAnew("the part does not fit its record, bytes=1000, forced=10, object=999");

    assertThat(Files.size(folder.resolve(PART))).as("nothing is lost yet").isEqualTo(1000);
    ResumableFileSink sink = Sink.resumableFile(target);
    write(sink, 0, SIZE);
    sink.commit();
    assertThat(target).hasBinaryContent(content);
    assertThat(names()).containsExactly("file");
  }

  @Test
  void shouldLetOneTransferAtATimeReceiveIntoAFile() throws Exception {
    ResumableFileSink sink = Sink.resumableFile(target);
    write(sink, 0, 1000);
    assertThatThrownBy(() -> Sink.resumableFile(target))
        .isInstanceOf(IOException.class)
        .hasMessage(target + ": another transfer receives into it, see " + PART);
    sink.drop();
    assertThat(heldNext()).isEqualTo(1000);
  }

  @Test
  void shouldKeepNothingThatNobodyCouldGoOnWith() throws Exception {
    ResumableFileSink nameless = Sink.resumableFile(target);
    nameless.announced(request(0, ""));
    nameless.open(threads);
    nameless.write(ByteBuffer.wrap(content, 0, 1000), ByteBuffer.allocateDirect(SIZE));
    nameless.drop();
    assertThat(names()).isEmpty();

    ResumableFileSink empty = Sink.resumableFile(target);
    write(empty, 0, 0);
    empty.drop();
    Sink.resumableFile(target).drop();
    assertThat(names()).isEmpty();
  }

  @Test
  void shouldForgetThePartOfAContentThatIsNoMore() throws Exception {
    leave(1000);
    ResumableFileSink next = Sink.resumableFile(target);
    next.announced(request(0, "v2"));
    next.open(threads);
    next.write(ByteBuffer.wrap(content, 0, 10), ByteBuffer.allocateDirect(SIZE));
    next.drop();

    ResumableFileSink last = Sink.resumableFile(target);
    assertThat(last.held()).isEqualTo(new Held(10, "v2"));
    last.drop();
  }

  @Test
  void shouldTellNamesApartThatAreTooLongToKeep() throws Exception {
    target = folder.resolve("n".repeat(100) + "1");
    leave(1000);
    ResumableFileSink other = Sink.resumableFile(folder.resolve("n".repeat(100) + "2"));
    assertThat(other.heldBytes()).isZero();
    other.drop();
    assertThat(heldNext()).isEqualTo(1000);
  }

  @Test
  void shouldSweepWhatKilledTransfersLeftAndNothingElse() throws Exception {
    FileTime old = FileTime.from(Instant.now().minusSeconds(60));
    Path leftover = folder.resolve(".file.outband-" + UUID.randomUUID());
    Path young = folder.resolve(".file.outband-" + UUID.randomUUID());
    Path other = folder.resolve(".file.outband-mine");
    Path another = folder.resolve(".file2.outband-" + UUID.randomUUID());
    for (Path file : List.of(leftover, young, other, another)) {
      Files.write(file, new byte[1]);
      Files.setLastModifiedTime(file, old);
    }
    Files.setLastModifiedTime(young, FileTime.from(Instant.now()));
    FileDestination running = FileDestination.at(target);
    try (FileChannel channel = running.create()) {
      assertThat(channel.isOpen()).isTrue();
      for (Path file : paths()) {
        if (!file.equals(young)) {
          Files.setLastModifiedTime(file, old);
        }
      }
      FileDestination.sweep(target);
      assertThat(leftover).doesNotExist();
      assertThat(List.of(young, other, another)).allMatch(Files::exists);
      assertThat(names()).hasSize(4);
    }
    running.discard();
  }

  private void leave(int bytes) throws Exception {
    ResumableFileSink sink = new ResumableFileSink(target, NEVER);
    write(sink, 0, bytes);
    sink.drop();
  }

  private void write(ResumableFileSink sink, int from, int to) throws Exception {
    sink.announced(request(from, "v1"));
    sink.open(threads);
    sink.write(ByteBuffer.wrap(content, from, to - from), ByteBuffer.allocateDirect(SIZE));
  }

  private static OpenRequest request(long offset, String contentTag) {
    return OpenRequest.toListener(
        Protection.PRIVACY, SIZE, offset, UUID.randomUUID(), 4096, contentTag);
  }

  private void startsAnew(String why) throws IOException {
    ResumableFileSink sink = Sink.resumableFile(target);
    assertThat(sink.oddity()).contains(why);
    assertThat(sink.held()).isEqualTo(Held.NOTHING);
    sink.drop();
  }

  private long heldNext() throws IOException {
    ResumableFileSink sink = Sink.resumableFile(target);
    sink.drop();
    return sink.heldBytes();
  }

  private PartRecord record() throws IOException {
    return PartRecord.read(folder.resolve(RECORD)).orElseThrow();
  }

  private List<Path> paths() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private List<String> names() throws IOException {
    return paths().stream().map(file -> file.getFileName().toString()).toList();
  }
}
