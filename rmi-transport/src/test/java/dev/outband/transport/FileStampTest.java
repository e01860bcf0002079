package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FileStampTest {

  @TempDir Path folder;

  @Test
  void shouldTellContentsApartWhoseLengthAndModificationTimeAreEqual() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "one");
    FileTime modified = Files.getLastModifiedTime(file);
    String before = settled(file);
    Object changed = Files.getAttribute(file, "unix:ctime");

    while (Files.getAttribute(file, "unix:ctime").equals(changed)) {
      Files.writeString(file, "two");
      Files.setLastModifiedTime(file, modified);
    }

    assertThat(settled(file)).startsWith("file-").hasSize(37).isNotEqualTo(before);
  }

  @Test
  void shouldKeepItsTagAsLongAsNothingIsDoneToTheFile() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "one");
    String before = settled(file);
    assertThat(Files.readString(file)).isEqualTo("one");
    assertThat(settled(file)).isEqualTo(before);
    assertThat(FileStamp.of(file).contentTag()).as("a moment after a change").isEmpty();
  }

  @Test
  void shouldSayWhatIsThere() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "12345");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    assertThat(FileStamp.of(file).bytes()).isEqualTo(5);
    assertThat(FileStamp.of(link)).isEqualTo(FileStamp.of(file)).matches(FileStamp::isRegular);
    assertThat(FileStamp.of(link, LinkOption.NOFOLLOW_LINKS)).matches(found -> !found.isRegular());
    assertThat(FileStamp.of(folder)).matches(found -> !found.isRegular());
    assertThatThrownBy(() -> FileStamp.of(folder.resolve("missing")))
        .isInstanceOf(NoSuchFileException.class);
  }

  /** The tag, seen long enough after the last change. */
  private static String settled(Path file) throws IOException {
    return FileStamp.of(file, Instant.now().plusSeconds(10)).contentTag();
  }
}
