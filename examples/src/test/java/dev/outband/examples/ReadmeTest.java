package dev.outband.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program in the README works as it stands there. */
@Timeout(120)
class ReadmeTest {

  private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void shouldCompileAndRunTheProgramOfTheReadme() throws Exception {
    Path source = Files.writeString(folder.resolve("Hello.java"), program());
    String classPath = System.getProperty("java.class.path");
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", classPath, "-d", folder.toString(), source.toString());
    assertThat(compiled).isZero();

    Path output = folder.resolve("output");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                List.of(
                    java,
                    "-cp",
                    folder + File.pathSeparator + classPath,
                    "Hello",
                    folder.toString()))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readString(output)).contains("18 bytes: Hello, out of band");
    assertThat(process.exitValue()).isZero();
  }

  private static String program() throws Exception {
    Matcher matcher = PROGRAM.matcher(Files.readString(Path.of("..", "README.md")));
    assertThat(matcher.find()).as("a Java program in the README").isTrue();
    return matcher.group(1);
  }
}
