package dev.outband.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.TransferException;
import dev.outband.transport.FileDestination;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tries to leave the root. The race runs for {@code -Doutband.raceSeconds=N}, 2 by default; {@code
 * -Doutband.seed=N} repeats a run.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class FileRootEscapeTest {

  private static final int NAMES = 10_000;
  private static final List<String> PIECES =
      List.of(
          "..",
          ".",
          "",
          "/",
          "//",
          "\\",
          "..\\",
          "sub",
          "sub/",
          "link",
          "link/",
          "file",
          "secret",
          "~",
          "%2e%2e",
          "%2f",
          "\0",
          "\u2025",
          "\uff0e\uff0e",
          "\u2215",
          "...",
          ". .",
          "..;",
          " ",
          "\n",
          "C:",
          "file:///",
          "/proc/self/root",
          "/dev/fd/0",
          "-",
          "*",
          "\ud800",
          ".file.outband-1");

  @TempDir Path temp;
  private Path outside;
  private Path served;
  private FileRoot root;

  @BeforeEach
  void lay() throws IOException {
    outside = Files.createDirectory(temp.resolve("outside"));
    Files.writeString(outside.resolve("file"), "secret");
    Files.createFile(outside.resolve("outside-only"));
    Files.writeString(temp.resolve("secret"), "secret");
    served = Files.createDirectory(temp.resolve("served"));
    Files.createDirectory(served.resolve("sub"));
    Files.writeString(served.resolve("file"), "inside");
    Files.writeString(served.resolve("sub/file"), "inside");
    Files.createSymbolicLink(served.resolve("link"), outside);
    Files.createSymbolicLink(served.resolve("secret"), temp.resolve("secret"));
    Files.createSymbolicLink(served.resolve("sub/link"), Path.of("../../outside"));
    Files.createSymbolicLink(served.resolve("sub/secret"), Path.of("../../secret"));
    root = FileRoot.open(served);
  }

  @AfterEach
  void close() throws IOException {
    root.close();
  }

  @Test
  void shouldStayBelowTheRootWhenNamesAreHostile() throws Exception {
    long seed = Long.getLong("outband.seed", System.nanoTime());
    System.out.println("FileRootEscapeTest names seed=" + seed);
    Random random = new Random(seed);
    int read = 0;
    for (int i = 0; i < NAMES; i++) {
      String name = hostileName(random);
      read += readInside(name) ? 1 : 0;
      write(name);
      list(name);
    }

    assertThat(read).as("names that were served").isPositive();
    assertOutsideIsAsItWas();
  }

  @Test
  void shouldStayBelowTheRootWhenLinksAreSwappedIn() throws Exception {
    long deadlineNs =
        System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong("outband.raceSeconds", 2));
    Path folder = Files.createDirectory(served.resolve("race"));
    Files.writeString(folder.resolve("file"), "inside");
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService attacker =
        Executors.newSingleThreadExecutor(r -> new Thread(r, "test-attacker"));
    try {
      Future<?> swaps = attacker.submit(() -> swap(folder, done));
      int read = 0;
      int refused = 0;
      while (System.nanoTime() < deadlineNs) {
        boolean inside = readInside("race/file");
        read += inside ? 1 : 0;
        refused += inside ? 0 : 1;
        write("race/new");
        list("race");
      }
      done.set(true);
      swaps.get(10, TimeUnit.SECONDS);
      assertThat(read).as("reads that were served").isPositive();
      assertThat(refused).as("reads that met a link").isPositive();
    } finally {
      done.set(true);
      attacker.shutdownNow();
    }
    assertOutsideIsAsItWas();
  }

  private Void swap(Path folder, AtomicBoolean done) throws IOException {
    Path aside = served.resolve("aside");
    Path link = served.resolve("link-to-be");
    Path file = folder.resolve("file");
    Path fileAside = folder.resolve("file-aside");
    while (!done.get()) {
      Files.createSymbolicLink(link, outside);
      Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
      Files.move(link, folder, StandardCopyOption.ATOMIC_MOVE);
      Files.delete(folder);
      Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);

      Files.createLink(fileAside, file);
      Files.createSymbolicLink(link, outside.resolve("file"));
      Files.move(link, file, StandardCopyOption.ATOMIC_MOVE);
      Files.move(fileAside, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return null;
  }

  private static String hostileName(Random random) {
    StringBuilder name = new StringBuilder();
    int pieces = 1 + random.nextInt(5);
    for (int i = 0; i < pieces; i++) {
      name.append(PIECES.get(random.nextInt(PIECES.size())))
          .append(random.nextBoolean() ? "/" : "");
    }
    return name.toString();
  }

  private boolean readInside(String name) throws IOException {
    try (FileChannel file = root.read(name).channel()) {
      String content =
          new String(Channels.newInputStream(file).readAllBytes(), StandardCharsets.UTF_8);
      assertThat(content).as("content of %s", name).isEqualTo("inside");
      return true;
    } catch (TransferException e) {
      assertThat(e.getMessage()).doesNotContain(temp.toString());
      return false;
    }
  }

  private void write(String name) {
    FileDestination destination;
    try {
      destination = root.destination(name);
    } catch (TransferException e) {
      return;
    }
    try {
      try (FileChannel file = destination.create()) {
        file.write(ByteBuffer.wrap("inside".getBytes(StandardCharsets.UTF_8)));
      }
      publish(destination);
    } catch (IOException e) {
      assertThat(e.toString()).doesNotContain(temp.toString());
    }
  }

  private static void publish(FileDestination destination) throws IOException {
    try {
      destination.publish();
    } catch (IOException e) {
      destination.discard();
      throw e;
    }
  }

  private void list(String name) {
    try {
      assertThat(root.list(name, "")).noneMatch(entry -> entry.name().equals("outside-only"));
    } catch (TransferException e) {
      assertThat(e.getMessage()).doesNotContain(temp.toString());
    }
  }

  private void assertOutsideIsAsItWas() throws IOException {
    assertThat(names(temp)).containsExactly("outside", "secret", "served");
    assertThat(names(outside)).containsExactly("file", "outside-only");
    assertThat(outside.resolve("file")).hasContent("secret");
    assertThat(temp.resolve("secret")).hasContent("secret");
  }

  private static SortedSet<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return new TreeSet<>(files.map(f -> f.getFileName().toString()).toList());
    }
  }
}
