package dev.outband.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parent's handle on a {@link Child}. Its methods block; for use by one thread. */
final class ChildProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);
  private static final Set<String> ANSWERS =
      Set.of("ready", "checked", "done", "first", "pinged", "was-reset", "usage", "failed");
  private static final String ENDED = "failed process ended, see standard error";
  private static final Duration EXIT_DEADLINE = Duration.ofSeconds(5);

  private final String name;
  private final Process process;
  private final PrintStream commands;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private ChildProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  /**
   * Starts a process; the first thing to {@link #await} is its {@code ready}.
   *
   * @param name for messages and thread names
   * @param command the whole command line
   */
  static ChildProcess start(String name, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    ChildProcess child = new ChildProcess(name, process);
    Thread reader = new Thread(child::readAnswers, "bench-answers-" + name);
    reader.setDaemon(true);
    reader.start();
    return child;
  }

  /** Asks and waits for the answer, as {@link #await}. */
  String[] ask(String command, String expected, Duration deadline)
      throws IOException, InterruptedException {
    commands.println(command);
    return await(expected, deadline);
  }

  /**
   * Waits for the next answer.
   *
   * @param expected the answer's first word
   * @return the words after it
   * @throws IOException if another answer came, or none in time
   */
  String[] await(String expected, Duration deadline) throws IOException, InterruptedException {
    String answer = answers.poll(deadline.toMillis(), TimeUnit.MILLISECONDS);
    if (answer == null) {
      throw new IOException(
          name + " gave no answer, expected=" + expected + ", seconds=" + deadline.toSeconds());
    }
    String[] words = answer.split(" ");
    if (!words[0].equals(expected)) {
      throw new IOException(name + ": " + answer);
    }
    return Arrays.copyOfRange(words, 1, words.length);
  }

  private void readAnswers() {
    try (var reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        takeAnswer(line);
      }
      answers.add(ENDED);
    } catch (IOException e) {
      answers.add("failed " + e);
    }
  }

  /** What the JVM itself prints, such as that a flight recording has started, is no answer. */
  private void takeAnswer(String line) {
    if (ANSWERS.contains(line.split(" ", 2)[0])) {
      answers.add(line);
    } else {
      LOG.info("{}: {}", name, line);
    }
  }

  /**
   * Ends the process: by the end of its input, and by force when that takes longer than five
   * seconds.
   */
  @Override
  public void close() {
    try {
      commands.close();
      if (!process.waitFor(EXIT_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
