package dev.outband.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(180)
class MainTest {
  @TempDir private Path folder;

  @Test
  void shouldMeasureEveryContenderWhenBytesAreDropped() {
    List<String> names = Contenders.all().stream().map(Contender::name).toList();

    assertThat(run(new StringWriter(), smoke("--sink", "discard"))).isZero();

    assertThat(result("discard.csv")).content().contains(names).hasLineCount(names.size() + 1);
    assertThat(result("discard.md")).content().contains(names).contains("## 1MiB", "--size 1MiB");
    assertThat(folder.resolve("work")).isEmptyDirectory();
  }

  @Test
  void shouldMeasureTheChosenOnesWhenBytesGoToAFile() {
    List<String> names = List.of(CopyLoopContender.NAME, OutbandContender.NAME);

    assertThat(
            run(
                new StringWriter(),
                smoke("--sink", "file", "--contender", String.join(",", names))))
        .isZero();

    assertThat(result("file.csv")).content().contains(names).hasLineCount(names.size() + 1);
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

  private String[] smoke(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("--size", "1MiB", "--rounds", "1", "--warm-ups", "0", "--round-size", "1MiB"));
    args.addAll(List.of("--out", folder.resolve("out").toString()));
    args.addAll(List.of("--work", folder.resolve("work").toString()));
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  private Path result(String suffix) {
    return folder.resolve("out").resolve("file-jdk" + Runtime.version().feature() + "-" + suffix);
  }

  private static int run(StringWriter errors, String... args) {
    CommandLine commandLine = Main.commandLine(args);
    return commandLine
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(errors, true))
        .execute(args);
  }
}
