package dev.outband.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SourceTreeTest {
  private static final int MAX_PACKAGES = 3;

  static List<Path> sourceFolders() {
    return Tree.sourceFolders();
  }

  @ParameterizedTest
  @MethodSource("sourceFolders")
  void shouldHaveAtMostThreePackagesInAModule(Path folder) {
    assertThat(packagesIn(folder)).as(Tree.moduleOf(folder)).hasSizeLessThanOrEqualTo(MAX_PACKAGES);
  }

  @ParameterizedTest
  @MethodSource("sourceFolders")
  void shouldDescribeEveryPackage(Path folder) {
    assertThat(packagesIn(folder))
        .allSatisfy(
            folderOfPackage -> {
              Path description = folderOfPackage.resolve("package-info.java");
              assertThat(description).exists();
              assertThat(Files.readString(description)).contains("/**");
            });
  }

  private static Set<Path> packagesIn(Path folder) {
    Set<Path> packages = new TreeSet<>();
    Tree.javaFiles(folder).forEach(file -> packages.add(file.getParent()));
    return packages;
  }
}
