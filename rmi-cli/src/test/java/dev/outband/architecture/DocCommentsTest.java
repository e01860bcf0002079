package dev.outband.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Doclint's group "missing", but for its tags: where the first sentence says what comes back, a
 * {@code @return} that says it again is narration. What tags there are javac checks.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DocCommentsTest {
  private static final Set<String> UNPUBLISHED = Set.of("examples", "benchmarks");

  @Test
  void shouldDocumentEverythingThatIsPublicOrProtected() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(found, null, null)) {
      List<Path> sources =
          Tree.sourceFolders().stream()
              .filter(folder -> !UNPUBLISHED.contains(Tree.moduleOf(folder)))
              .flatMap(folder -> Tree.javaFiles(folder).stream())
              .toList();
      List<String> options =
          List.of("-proc:none", "-Xdoclint:missing/protected", "-Xmaxwarns", "1000");
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, found, options, null, files.getJavaFileObjectsFromPaths(sources));
      task.analyze();
    }
    assertThat(found.getDiagnostics())
        .filteredOn(one -> one.getMessage(Locale.ROOT).endsWith("no comment"))
        .isEmpty();
  }
}
