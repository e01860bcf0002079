package dev.outband.cli.files;

import dev.outband.api.TransferException;
import dev.outband.fuzz.Bounds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** A path that a client asks for: what is read of it stays below the folder that it is read for. */
public final class FilePathTarget {
  private static final Path ROOT = Path.of("/srv/files");
  private static final Bounds BOUNDS = Bounds.of(FilePathTarget::decode, TransferException.class);

  private FilePathTarget() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  private static void decode(byte[] input) throws TransferException {
    FilePath path = FilePath.parse(new String(input, StandardCharsets.UTF_8));
    Path whole = ROOT;
    for (Path name : path.names()) {
      whole = whole.resolve(name);
    }
    if (!whole.normalize().equals(whole) || !whole.startsWith(ROOT)) {
      throw new IllegalStateException("a path leads out of its root: " + whole);
    }
  }

  /** Well-formed inputs, and two that are not. */
  public static Map<String, byte[]> seeds() {
    return Map.of(
        "file", "reports/2026/big.iso".getBytes(StandardCharsets.UTF_8),
        "folder", "reports/".getBytes(StandardCharsets.UTF_8),
        "root", new byte[0],
        "parent", "a/../../etc/passwd".getBytes(StandardCharsets.UTF_8),
        "temporary", ".x.outband-1".getBytes(StandardCharsets.UTF_8));
  }
}
