package dev.outband.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder in which one benchmark runs, shared by all its processes.
 *
 * @param folder holds the files to send, the received ones and the throw-away trust domain
 * @param sink what receivers do with the bytes
 */
record Workplace(Path folder, SinkKind sink) {

  /** The file of this length to send. */
  Path input(long bytes) {
    return folder.resolve(inputName(bytes));
  }

  /** Its name, as a remote caller would ask for it. */
  static String inputName(long bytes) {
    return "input-" + bytes + ".bin";
  }

  /** The file into which a receiver with a {@link SinkKind#FILE} sink writes. */
  Path output() {
    return folder.resolve("output.bin");
  }

  /** The trust domain of the secured contenders. */
  Path pki() {
    return folder.resolve("pki");
  }

  /** A fresh drain for the bytes of one fetch. */
  Drain drain() {
    return sink == SinkKind.DISCARD ? new Drain.Discard() : new Drain.ToFile(output());
  }

  /** Removes what the last round left, so that no round pays for it. */
  void clean() throws IOException {
    Files.deleteIfExists(output());
  }
}
