package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the command as a user does, in a JVM of its own, or in this one. */
final class Cli {

  private static final long END_LIMIT_S = 90;

  private Cli() {}

  /** How a command ended and what it said. */
  record Result(int exitCode, String out, String err) {

    /**
     * Asserts the exit code, nothing on standard output, and that standard error is this one line.
     */
    void assertFailed(int expectedExitCode, String line) {
      assertThat(err).isEqualTo("outband: " + line + "\n");
      assertThat(out).isEmpty();
      assertThat(exitCode).isEqualTo(expectedExitCode);
    }

    /**
     * Asserts the exit code, nothing on standard output, and one line on standard error with these
     * words in it.
     */
    void assertFailedWith(int expectedExitCode, String... words) {
      assertThat(err).startsWith("outband: ").contains(words).endsWith("\n").hasLineCount(1);
      assertThat(out).isEmpty();
      assertThat(exitCode).isEqualTo(expectedExitCode);
    }

    Result assertDone() {
      assertThat(err).isEmpty();
      assertThat(exitCode).isZero();
      return this;
    }
  }

  /** Runs in a JVM of its own. */
  static Result run(Object... args) throws IOException, InterruptedException {
    return end(start(command(args)));
  }

  /** Runs in this JVM. */
  static Result here(Object... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Surroundings surroundings =
        new Surroundings(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            "");
    int exitCode = Main.run(surroundings, strings(args).toArray(String[]::new));
    return new Result(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  static List<String> command(Object... args) {
    return command(Main.class, args);
  }

  static List<String> command(Class<?> main, Object... args) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:CompileThresholdScaling=3", "-cp"));
    command.add(ManagementFactory.getRuntimeMXBean().getClassPath());
    command.add(main.getName());
    command.addAll(strings(args));
    return command;
  }

  /** Starts a process whose output goes to files, so that nobody has to read it meanwhile. */
  static Running start(List<String> command) throws IOException {
    Path out = Files.createTempFile("outband-test-", ".out");
    Path err = Files.createTempFile("outband-test-", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().remove("OUTBAND_IDENTITY");
    builder.redirectInput(new File("/dev/null"));
    return new Running(builder.start(), out, err);
  }

  /** Waits for the end. */
  static Result end(Running running) throws IOException, InterruptedException {
    return end(running, END_LIMIT_S);
  }

  /** Waits for the end for so many seconds. */
  static Result end(Running running, long limitS) throws IOException, InterruptedException {
    try {
      if (!running.process().waitFor(limitS, TimeUnit.SECONDS)) {
        running.process().destroyForcibly();
        throw new AssertionError(
            "not ended within " + limitS + " s, said: " + Files.readString(running.err()));
      }
      return new Result(
          running.process().exitValue(),
          Files.readString(running.out()),
          Files.readString(running.err()));
    } finally {
      Files.deleteIfExists(running.out());
      Files.deleteIfExists(running.err());
    }
  }

  private static List<String> strings(Object... args) {
    return java.util.stream.Stream.of(args).map(Object::toString).toList();
  }

  /** A process with what it has said so far. */
  record Running(Process process, Path out, Path err) {}
}
