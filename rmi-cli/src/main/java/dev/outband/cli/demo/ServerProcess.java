package dev.outband.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A JVM of the demonstration's own with a server in it. It ends when it is closed, and when the
 * demonstration's JVM ends.
 */
public final class ServerProcess implements AutoCloseable {

  private static final String READY = "ready control=";
  private static final Duration READY_DEADLINE = Duration.ofSeconds(60);
  private static final Duration END_DEADLINE = Duration.ofSeconds(10);

  private final Process process;
  private final String control;

  private ServerProcess(Process process, String control) {
    this.process = process;
    this.control = control;
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param jvmOption an option for its JVM
   * @param mainClass the class whose main method serves
   * @param arguments what to pass to it
   * @param log where its standard error goes
   * @return the running server
   * @throws IOException if it does not get ready, with the last line that it logged
   * @throws InterruptedException if the thread is interrupted
   */
  public static ServerProcess start(
      String jvmOption, String mainClass, List<String> arguments, Path log)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add(jvmOption);
    command.add("-cp");
    command.add(ManagementFactory.getRuntimeMXBean().getClassPath());
    command.add(mainClass);
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectError(Redirect.to(log.toFile())).start();
    try {
      return new ServerProcess(process, control(process, log));
    } catch (IOException | InterruptedException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /**
   * Where its control port is.
   *
   * @return host and port
   */
  public String control() {
    return control;
  }

  /**
   * Its process id.
   *
   * @return the id
   */
  public long pid() {
    return process.pid();
  }

  private static String control(Process process, Path log)
      throws IOException, InterruptedException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    CompletableFuture<String> line = new CompletableFuture<>();
    Thread reader = new Thread(() -> line.complete(firstLine(out)), "outband-demo-ready");
    reader.setDaemon(true);
    reader.start();
    try {
      String ready = line.get(READY_DEADLINE.toSeconds(), TimeUnit.SECONDS);
      if (ready.startsWith(READY)) {
        return ready.substring(READY.length(), ready.indexOf(' ', READY.length()));
      }
      throw new IOException("the demonstration's server did not start: " + lastLine(log));
    } catch (TimeoutException | ExecutionException e) {
      throw new IOException(
          "the demonstration's server was not ready within " + READY_DEADLINE.toSeconds() + " s",
          e);
    }
  }

  private static String firstLine(BufferedReader out) {
    try {
      String line = out.readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String lastLine(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
  }

  /** Ends the process; by force if it does not end in time. Idempotent. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
