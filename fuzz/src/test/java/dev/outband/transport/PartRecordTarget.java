package dev.outband.transport;

import dev.outband.fuzz.Bounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The line beside a part of a file; it never throws. */
public final class PartRecordTarget {
  private static final Bounds BOUNDS = Bounds.of(PartRecordTarget::decode);

  private PartRecordTarget() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  private static void decode(byte[] input) {
    Optional<PartRecord> unused = PartRecord.parse(input);
  }

  /** Well-formed inputs. */
  public static Map<String, byte[]> seeds() throws IOException {
    Path file = Files.createTempFile("part", "record");
    try {
      new PartRecord("sha256-tag", 1 << 20, 4096, "boot-1", "(dev=1,ino=2)").write(file, false);
      byte[] full = Files.readAllBytes(file);
      new PartRecord("t", 0, 0, "", "").write(file, false);
      return Map.of("full", full, "least", Files.readAllBytes(file));
    } finally {
      Files.delete(file);
    }
  }
}
