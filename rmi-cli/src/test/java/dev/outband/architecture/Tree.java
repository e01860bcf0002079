package dev.outband.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The tree under test: its modules' compiled classes and its source folders. Tests run in the
 * module's folder.
 */
final class Tree {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private Tree() {}

  /** The classes of every module that this one sees, without tests. */
  static JavaClasses classes() {
    return new ClassFileImporter()
        .withImportOption(location -> !location.contains("/test-classes/"))
        .importPackages("dev.outband");
  }

  /** The main source folders, one a module, those of the unpublished modules included. */
  static List<Path> sourceFolders() {
    try (Stream<Path> modules = Files.list(ROOT)) {
      return modules
          .map(module -> module.resolve("src/main/java"))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The Java files below a folder. */
  static List<Path> javaFiles(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The module that a source folder or a file in it belongs to. */
  static String moduleOf(Path source) {
    return ROOT.relativize(source).getName(0).toString();
  }
}
