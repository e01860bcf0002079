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
  void shouldMeasureTheChosenOnesWhenBytesAreDropped() {
    List<String> names =
        List.of(CopyLoopContender.NAME, OutbandContender.PRIVACY, RmiContender.CLEAR_1_MIB);

    assertThat(run(new StringWriter(), smoke("64B,1MiB", "--contender", String.join(",", names))))
        .isZero();

    assertThat(result("discard.csv")).content().contains(names).hasLineCount(2 * names.size() + 1);
    assertThat(result("discard-ping.csv")).content().hasLineCount(2);
    assertThat(result("discard.md")).content().contains(names).contains("## 64B", "## 1MiB");
    assertThat(result("discard.svg")).content().contains(names);
    assertThat(folder.resolve("work")).isEmptyDirectory();
  }

  @Test
  void shouldKeepWhatIsThereWhenAskedTo() {
    List<String> args = List.of("--sink", "file", "--contender", CopyLoopContender.NAME);
    assertThat(run(new StringWriter(), smoke("64B", args.toArray(String[]::new)))).isZero();

    assertThat(
            run(
                new StringWriter(),
                smoke("4KiB", "--sink", "file", "--contender", CopyLoopContender.NAME, "--keep")))
        .isZero();

    assertThat(result("file.csv")).content().hasLineCount(1 + 1 + 1);
    assertThat(result("file.md")).content().containsSubsequence("## 64B", "## 4KiB");
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

  @Test
  void shouldRefuseARoundWithoutPings() {
    StringWriter errors = new StringWriter();

    assertThat(run(errors, "--pings", "0")).isEqualTo(2);
    assertThat(errors.toString()).startsWith("pings must be 1 or more, not 0\n");
  }

  /** One transfer a round. */
  private String[] smoke(String sizes, String... more) {
    List<String> args = new ArrayList<>(List.of("--size", sizes, "--rounds", "1"));
    args.addAll(List.of("--round-ms", "0", "--warm-up-ms", "0", "--pings", "3"));
    args.addAll(List.of("--jvm-option=-XX:+UseSerialGC"));
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
