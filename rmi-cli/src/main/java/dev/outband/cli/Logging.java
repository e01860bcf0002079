package dev.outband.cli;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import dev.outband.transport.Transfer;
import java.util.List;
import java.util.Set;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;
import org.slf4j.helpers.NOP_FallbackServiceProvider;

/**
 * What the libraries log and where: to standard error. A client says why it failed by its own one
 * line, so it logs nothing unless it is verbose; a server logs from INFO up, without stacks unless
 * it is verbose.
 */
final class Logging {

  private static final String LINE =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %replace(%msg){'[\\r\\n]', ' '}";
  private static final int QUEUED_LINES = 1024;

  /** What SLF4J is told to use where nothing is logged. */
  static final String NONE = NOP_FallbackServiceProvider.class.getName();

  /** What logs only if it is verbose. */
  private static final Set<String> SILENT =
      Set.of("ls", "get", "put", "pki", "--version", "--help");

  private Logging() {}

  /**
   * Whether a command line asks for nothing that logs. To start a logging system takes longer than
   * the transfer of a small file, so {@code main} then chooses {@link #NONE} instead.
   */
  static boolean isLeftOut(String... args) {
    List<String> words = List.of(args);
    return !words.isEmpty() && SILENT.contains(words.get(0)) && !words.contains("--verbose");
  }

  static void ofClient(boolean isVerbose) {
    if (!(LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory)) {
      start(isVerbose ? Level.INFO : Level.OFF, isVerbose);
    }
  }

  static void ofServer(boolean isVerbose) {
    start(Level.INFO, isVerbose);
    if (!isVerbose) {
      // The service logs each transfer with its path and caller, so the transport need not.
      context().getLogger(Transfer.class.getPackageName()).setLevel(Level.WARN);
      // What matters of it, the membership says itself.
      context().getLogger("com.hazelcast").setLevel(Level.ERROR);
      context().getLogger("com.hazelcast.instance.impl.Node").setLevel(Level.OFF);
    }
  }

  /** Writes out what is queued. Nothing is logged after this. */
  static void stop() {
    context().stop();
  }

  private static synchronized void start(Level level, boolean isVerbose) {
    LoggerContext context = context();
    context.reset();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(LINE + (isVerbose ? " [%thread] %logger{0}%n%ex" : "%n%nopex"));
    encoder.start();
    ConsoleAppender<ILoggingEvent> err = new ConsoleAppender<>();
    err.setContext(context);
    err.setTarget("System.err");
    err.setEncoder(encoder);
    err.start();
    AsyncAppender queue = new AsyncAppender();
    queue.setContext(context);
    // The threads that move bytes must not wait for whoever reads standard error.
    queue.setNeverBlock(true);
    queue.setQueueSize(QUEUED_LINES);
    queue.setDiscardingThreshold(0);
    queue.addAppender(err);
    queue.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(level);
    root.addAppender(queue);
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }
}
