package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The test in the READMEs and in the Javadoc works as it stands there. */
@Timeout(120)
class ReadmeTest {

  private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Path EXTENSION =
      Path.of("src/main/java/dev/outband/testkit/OutbandCluster.java");

  @TempDir Path folder;

  @Test
  void shouldCompileAndRunTheTestOfTheReadme() throws Exception {
    Path source = Files.writeString(folder.resolve("ArchiveTest.java"), program());
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                source.toString());
    assertThat(compiled).isZero();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      EngineTestKit.engine("junit-jupiter")
          .selectors(selectClass(loader.loadClass("ArchiveTest")))
          .execute()
          .testEvents()
          .assertStatistics(stats -> stats.started(1).succeeded(1));
    }
  }

  @Test
  void shouldShowTheSameTestEverywhere() throws Exception {
    String program = program();
    String test = program.substring(program.indexOf("@OutbandCluster"));
    assertThat(test.lines()).hasSize(15);
    assertThat(Path.of("..", "README.md")).content().contains(program);
    assertThat(Files.readString(EXTENSION).replaceAll("(?m)^ \\* ", "")).contains(test);
  }

  private static String program() throws Exception {
    Matcher matcher = PROGRAM.matcher(Files.readString(Path.of("README.md")));
    assertThat(matcher.find()).as("a Java program in the README").isTrue();
    return matcher.group(1);
  }
}
