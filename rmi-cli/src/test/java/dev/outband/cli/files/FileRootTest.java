package dev.outband.cli.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.transport.FileDestination;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FileRootTest {

  @TempDir Path temp;
  private Path served;
  private FileRoot root;

  @BeforeEach
  void lay() throws IOException {
    served = Files.createDirectory(temp.resolve("served"));
    Files.createDirectories(served.resolve("a/b"));
    Files.writeString(served.resolve("a/b/deep.txt"), "deep");
    Files.writeString(served.resolve("top.txt"), "top");
    Files.writeString(temp.resolve("secret.txt"), "secret");
    Files.createSymbolicLink(served.resolve("link.txt"), temp.resolve("secret.txt"));
    Files.createSymbolicLink(served.resolve("inner-link.txt"), Path.of("top.txt"));
    Files.createSymbolicLink(served.resolve("link-folder"), temp);
    root = FileRoot.open(served);
  }

  @AfterEach
  void close() throws IOException {
    root.close();
  }

  @Test
  void shouldReadFileWhenItIsBelowTheRoot() throws Exception {
    assertThat(content("top.txt")).isEqualTo("top");
    assertThat(content("a/b/deep.txt")).isEqualTo("deep");
  }

  @Test
  void shouldFollowTheRootWhenItIsALinkItself() throws Exception {
    Path link = Files.createSymbolicLink(temp.resolve("root-link"), served);
    try (FileRoot linked = FileRoot.open(link);
        FileChannel file = linked.read("top.txt").channel()) {
      assertThat(file.size()).isEqualTo(3);
    }
  }

  @Test
  void shouldRefuseRootWhenItIsNoFolder() {
    Assertions.assertThatThrownBy(() -> FileRoot.open(served.resolve("top.txt")))
        .isInstanceOf(NotDirectoryException.class);
  }

  @Test
  void shouldSayWhyWhenPathCannotBeRead() {
    assertRefused("", Code.INVALID, "names a folder, not a file, path=");
    assertRefused("a", Code.INVALID, "is a folder, not a file, path=a");
    assertRefused("a/", Code.INVALID, "names a folder, not a file, path=a/");
    assertRefused("nothing", Code.NOT_FOUND, "no such file, path=nothing");
    assertRefused("a/nothing/x", Code.NOT_FOUND, "no such file, path=a/nothing/x");
    assertRefused("top.txt/x", Code.NOT_FOUND, "no such file, path=top.txt/x");
    assertRefused(
        "../secret.txt",
        Code.INVALID,
        "a path has neither empty names nor . or .., path=../secret.txt");
    assertRefused(
        "a/../../secret.txt",
        Code.INVALID,
        "a path has neither empty names nor . or .., path=a/../../secret.txt");
    assertRefused(
        "a//b/deep.txt",
        Code.INVALID,
        "a path has neither empty names nor . or .., path=a//b/deep.txt");
    assertRefused(
        "./top.txt", Code.INVALID, "a path has neither empty names nor . or .., path=./top.txt");
    assertRefused(
        "/etc/passwd",
        Code.INVALID,
        "a path has neither empty names nor . or .., path=/etc/passwd");
    assertRefused(
        "top.txt\0.png",
        Code.INVALID,
        "this server's file system has no such names, path=top.txt?.png");
    assertRefused("link.txt", Code.FORBIDDEN, "symbolic links are not followed, path=link.txt");
    assertRefused(
        "inner-link.txt", Code.FORBIDDEN, "symbolic links are not followed, path=inner-link.txt");
    assertRefused(
        "link-folder/secret.txt",
        Code.FORBIDDEN,
        "symbolic links are not followed, path=link-folder/secret.txt");
    assertRefused("x".repeat(4097), Code.INVALID, "path must have 0..4096 characters, not 4097");
    assertRefused(
        "x".repeat(300),
        Code.FORBIDDEN,
        "the file system refuses: File name too long, path=" + "x".repeat(300));
  }

  @Test
  void shouldRefuseWithoutBlockingWhenFileIsANamedPipe() throws Exception {
    Process mkfifo = new ProcessBuilder("mkfifo", served.resolve("pipe").toString()).start();
    assertThat(mkfifo.waitFor(10, TimeUnit.SECONDS)).isTrue();

    assertRefused("pipe", Code.INVALID, "is neither a file nor a folder, path=pipe");
    assertRefused("pipe/x", Code.NOT_FOUND, "no such file, path=pipe/x");
    assertThat(names("")).doesNotContain("pipe");
  }

  @Test
  void shouldListInPagesWhenFolderIsLarge() throws Exception {
    Path many = Files.createDirectory(served.resolve("many"));
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 2 * FileService.MAX_LISTED + 5; i++) {
      expected.add(Files.createFile(many.resolve("f%05d".formatted(i))).getFileName().toString());
    }
    Files.createSymbolicLink(many.resolve("a-link"), temp);

    assertThat(root.list("many", "")).hasSize(FileService.MAX_LISTED);
    assertThat(names("many")).isEqualTo(expected);
  }

  @Test
  void shouldListFilesAndFoldersAloneWhenLinksAndTemporariesAreThere() throws Exception {
    Files.writeString(served.resolve(".top.txt.outband-0123"), "half");

    assertThat(names("")).containsExactly("a", "top.txt");
    assertThat(root.list("", "")[0].kind()).isEqualTo(FileEntry.Kind.FOLDER);
    assertThat(root.list("top.txt", "")).hasSize(1);
    assertThat(root.list("top.txt", "top.txt")).isEmpty();
    assertThat(names("a/")).containsExactly("b");
    assertThat(
            catchThrowableOfType(TransferException.class, () -> root.list("link-folder", ""))
                .code())
        .isEqualTo(Code.FORBIDDEN);
    assertThat(catchThrowableOfType(TransferException.class, () -> root.list("nothing", "")).code())
        .isEqualTo(Code.NOT_FOUND);
    assertThat(catchThrowableOfType(TransferException.class, () -> root.list("..", "")).code())
        .isEqualTo(Code.INVALID);
    assertRefused(
        ".top.txt.outband-0123", Code.NOT_FOUND, "no such file, path=.top.txt.outband-0123");
  }

  @Test
  void shouldShowFileUnderItsNameOnlyWhenPublished() throws Exception {
    FileDestination destination = root.destination("a/new.txt");
    write(destination, "new");
    assertThat(names("a")).containsExactly("b");
    Path hidden = onlyTemporary(served.resolve("a"));
    assertThat(Files.getPosixFilePermissions(hidden))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));

    destination.publish();

    assertThat(content("a/new.txt")).isEqualTo("new");
    assertThat(hidden).doesNotExist();
  }

  @Test
  void shouldLeaveTheOldFileWhenDiscarded() throws Exception {
    FileDestination destination = root.destination("top.txt");
    write(destination, "newer");
    destination.discard();

    assertThat(content("top.txt")).isEqualTo("top");
    assertThat(names("")).containsExactly("a", "top.txt");
    try (Stream<Path> files = Files.list(served)) {
      assertThat(files.filter(f -> f.toString().contains("outband-"))).isEmpty();
    }
  }

  @Test
  void shouldRefuseTargetWhenItCannotBeReplaced() {
    assertThat(catchThrowableOfType(TransferException.class, () -> root.destination("a")))
        .hasMessage("is a folder, not a file, path=a");
    assertThat(
            catchThrowableOfType(TransferException.class, () -> root.destination("link.txt"))
                .code())
        .isEqualTo(Code.FORBIDDEN);
    assertThat(
            catchThrowableOfType(TransferException.class, () -> root.destination("link-folder/x"))
                .code())
        .isEqualTo(Code.FORBIDDEN);
    assertThat(catchThrowableOfType(TransferException.class, () -> root.destination("no/x")).code())
        .isEqualTo(Code.NOT_FOUND);
    assertThat(catchThrowableOfType(TransferException.class, () -> root.destination("../x")).code())
        .isEqualTo(Code.INVALID);
  }

  @Test
  void shouldRefuseToPublishWhenTargetBecameAFolder() throws Exception {
    FileDestination destination = root.destination("fresh");
    write(destination, "fresh");
    Files.createDirectory(served.resolve("fresh"));

    Assertions.assertThatThrownBy(destination::publish)
        .hasMessage("is a folder, not a file, path=fresh");
    destination.discard();
    assertThat(served.resolve("fresh")).isEmptyDirectory();
  }

  @Test
  void shouldKeepTemporaryNameShortWhenNameIsLong() throws Exception {
    String longest = "x".repeat(255);
    FileDestination destination = root.destination(longest);
    write(destination, "long");
    destination.publish();

    assertThat(content(longest)).isEqualTo("long");
    String wide = TemporaryNames.of(Path.of("\u00e9".repeat(120))).toString();
    assertThat(wide.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(255);
    assertThat(TemporaryNames.isTemporary(wide)).isTrue();
  }

  private void assertRefused(String path, Code code, String message) {
    TransferException refused =
        catchThrowableOfType(TransferException.class, () -> root.read(path).channel().close());
    assertThat(refused).as("read %s", path).isNotNull().hasMessage(message);
    assertThat(refused.code()).isEqualTo(code);
  }

  private String content(String path) throws Exception {
    try (FileChannel file = root.read(path).channel()) {
      return new String(Channels.newInputStream(file).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private List<String> names(String path) throws TransferException {
    List<String> names = new ArrayList<>();
    String after = "";
    for (FileEntry[] page = root.list(path, after);
        page.length > 0;
        page = root.list(path, after)) {
      Stream.of(page).map(FileEntry::name).forEach(names::add);
      after = page[page.length - 1].name();
    }
    return names;
  }

  private static void write(FileDestination destination, String text) throws IOException {
    try (FileChannel file = destination.create()) {
      file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static Path onlyTemporary(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.getFileName().toString().contains(".outband-"))
          .findFirst()
          .orElseThrow();
    }
  }
}
