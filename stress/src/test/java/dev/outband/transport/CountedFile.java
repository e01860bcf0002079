package dev.outband.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A file of the run's folder, and how often it was made, published and discarded. */
final class CountedFile implements FileDestination {

  private static final Path FOLDER =
      Path.of(System.getProperty("outband.stress.folder", System.getProperty("java.io.tmpdir")));

  private static final AtomicLong NUMBER = new AtomicLong();

  private final Path path = fresh();
  private final FileDestination destination = FileDestination.at(path);
  private final AtomicInteger created = new AtomicInteger();
  private final AtomicInteger published = new AtomicInteger();
  private final AtomicInteger discarded = new AtomicInteger();

  /** A path that nobody else of the run has. */
  static Path fresh() {
    return FOLDER.resolve(ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet());
  }

  @Override
  public FileChannel create() throws IOException {
    created.incrementAndGet();
    return destination.create();
  }

  @Override
  public void publish() throws IOException {
    published.incrementAndGet();
    destination.publish();
  }

  @Override
  public void discard() throws IOException {
    discarded.incrementAndGet();
    destination.discard();
  }

  /**
   * What became of it: {@code nothing}, {@code published} whole and once, {@code incomplete}, or
   * how often what was done.
   */
  String fate(byte[] whole) {
    int made = created.get();
    String counts = made + "/" + published.get() + "/" + discarded.get();
    if (counts.equals("1/1/0")) {
      return holds(path, whole) ? "published" : "incomplete";
    }
    boolean isNothing = published.get() == 0 && made <= 1 && discarded.get() == made;
    return isNothing ? "nothing" : "created/published/discarded=" + counts;
  }

  /** Whether a file has these bytes; removes it. */
  static boolean holds(Path file, byte[] whole) {
    try {
      byte[] content = Files.readAllBytes(file);
      Files.delete(file);
      return Arrays.equals(content, whole);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
