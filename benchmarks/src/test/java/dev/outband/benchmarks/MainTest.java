package dev.outband.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

@Timeout(60)
class MainTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(SinkKind.class)
  void shouldMeasureEveryContenderWhenRunInProcessesOfItsOwn(SinkKind sink) {
    List<String> names = Contenders.all().stream().map(Contender::name).toList();

    int exit =
        run(
            new StringWriter(),
            "--size",
            "1MiB",
            "--rounds",
            "1",
            "--warm-ups",
            "0",
            "--round-size",
            "1MiB",
            "--sink",
            sink.name(),
            "--out",
            folder.resolve("out").toString(),
            "--work",
            folder.resolve("work").toString());

    assertThat(exit).isZero();
    String name =
        "file-jdk" + Runtime.version().feature() + "-" + sink.name().toLowerCase(Locale.ROOT);
    assertThat(folder.resolve("out").resolve(name + ".csv"))
        .content()
        .contains(names)
        .hasLineCount(names.size() + 1);
    assertThat(folder.resolve("out").resolve(name + ".md"))
        .content()
        .contains("## 1MiB", "--size 1MiB");
    assertThat(folder.resolve("work")).isEmptyDirectory();
  }

  @Test
  void shouldNameTheContendersWhenAskedForAnUnknownOne() {
    StringWriter errors = new StringWriter();

    int exit = run(errors, "--contender", "pigeon", "--out", folder.toString());

    assertThat(exit).isEqualTo(2);
    assertThat(errors.toString())
        .startsWith("contender must be one of " + Contenders.names() + ", not pigeon\n");
  }

  @Test
  void shouldSayWhyWhenASizeIsMalformed() {
    StringWriter errors = new StringWriter();

    assertThat(run(errors, "--size", "1GB")).isEqualTo(2);
    assertThat(errors.toString())
        .contains("size must be a number with B, KiB, MiB or GiB, not 1GB");
  }

  private static int run(StringWriter errors, String... args) {
    CommandLine commandLine = Main.commandLine(args);
    return commandLine
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(errors, true))
        .execute(args);
  }
}
