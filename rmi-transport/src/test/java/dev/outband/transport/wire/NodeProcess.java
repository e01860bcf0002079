package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The second implementation as a child process: a line of JSON in, lines of JSON out. */
final class NodeProcess implements AutoCloseable {

  private static final Path SCRIPT = Path.of("..", "docs", "vectors", "outband-peer.mjs");

  /** One line that the script printed. */
  record Line(String json) {

    String text(String name) {
      return member(name, "\"([^\"]*)\"");
    }

    String number(String name) {
      return member(name, "(-?\\d+)");
    }

    private String member(String name, String value) {
      Matcher matcher = Pattern.compile("\"" + name + "\":" + value).matcher(json);
      assertThat(matcher.find()).as("%s in %s", name, json).isTrue();
      return matcher.group(1);
    }
  }

  private final Process process;
  private final Path errors;
  private final BufferedReader out;

  private NodeProcess(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  static boolean isThere() {
    String path = System.getenv("PATH");
    return path != null
        && Stream.of(path.split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "node")));
  }

  static NodeProcess start(Path folder, String... arguments) throws IOException {
    String[] command = new String[2 + arguments.length];
    command[0] = "node";
    command[1] = SCRIPT.toString();
    System.arraycopy(arguments, 0, command, 2, arguments.length);
    Path errors = folder.resolve("node-errors");
    return new NodeProcess(
        new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
  }

  void tell(Map<String, Object> order) throws IOException {
    try (BufferedWriter in = process.outputWriter(StandardCharsets.UTF_8)) {
      in.write(Json.write(order).replace("\n", " ") + "\n");
    }
  }

  Line line() throws IOException {
    String line = out.readLine();
    assertThat(line)
        .as("a line of the second implementation; it complained: %s", errors())
        .isNotNull();
    return new Line(line);
  }

  String errors() throws IOException {
    return Files.readString(errors);
  }

  void shouldExit(int status) throws Exception {
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("ended within 20 s").isTrue();
    assertThat(process.exitValue()).as(errors()).isEqualTo(status);
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    out.close();
  }
}
