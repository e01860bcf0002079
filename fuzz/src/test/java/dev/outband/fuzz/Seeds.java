package dev.outband.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The seeds: a folder for each target, named as its class. */
final class Seeds {
  /** From the module's folder. */
  static final Path FOLDER = Path.of("src/test/resources/seeds");

  private Seeds() {}

  static List<String> targets(Path folder) throws IOException {
    try (Stream<Path> targets = Files.list(folder)) {
      return targets.map(target -> target.getFileName().toString()).sorted().toList();
    }
  }

  static List<Path> of(String target) throws IOException {
    try (Stream<Path> seeds = Files.list(FOLDER.resolve(target))) {
      return seeds.sorted().toList();
    }
  }
}
