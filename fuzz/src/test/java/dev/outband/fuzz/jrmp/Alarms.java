package dev.outband.fuzz.jrmp;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.outband.security.AuditLine;
import java.lang.Thread.UncaughtExceptionHandler;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.slf4j.LoggerFactory;

/**
 * What should not happen in a server's JVM: an exception that no thread catches, an error in the
 * log, a warning of RMI's own. Formats every line of the log, as a server that logs would.
 */
final class Alarms implements AutoCloseable {
  private final Tally tally;
  private final AtomicLong uncaught = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicLong lines = new AtomicLong();
  private final UncaughtExceptionHandler handlerBefore =
      Thread.getDefaultUncaughtExceptionHandler();
  private final List<Logger> loggers =
      List.of(
          (Logger) LoggerFactory.getLogger("dev.outband"),
          (Logger) LoggerFactory.getLogger(AuditLine.LOGGER));
  private final Lines appender = new Lines();

  /** Held, since the JDK's loggers are collected otherwise. */
  private final java.util.logging.Logger rmi = java.util.logging.Logger.getLogger("sun.rmi");

  private final Handler rmiHandler = new RmiLines();

  Alarms(Tally tally) {
    this.tally = tally;
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> {
          uncaught.incrementAndGet();
          tally.complain("uncaught in " + thread.getName() + ": " + thrown);
        });
    appender.start();
    for (Logger logger : loggers) {
      logger.setLevel(Level.INFO);
      logger.setAdditive(false);
      logger.addAppender(appender);
    }
    rmi.addHandler(rmiHandler);
  }

  long uncaught() {
    return uncaught.get();
  }

  long errors() {
    return errors.get();
  }

  long lines() {
    return lines.get();
  }

  @Override
  public void close() {
    rmi.removeHandler(rmiHandler);
    for (Logger logger : loggers) {
      logger.detachAppender(appender);
      logger.setAdditive(true);
      logger.setLevel(null);
    }
    Thread.setDefaultUncaughtExceptionHandler(handlerBefore);
  }

  private final class Lines extends AppenderBase<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent event) {
      lines.incrementAndGet();
      String line = event.getFormattedMessage();
      if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
        errors.incrementAndGet();
        tally.complain("logged: " + line);
      }
    }
  }

  private final class RmiLines extends Handler {
    @Override
    public void publish(LogRecord line) {
      if (line.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue()) {
        errors.incrementAndGet();
        tally.complain("RMI logged: " + line.getMessage() + ", " + line.getThrown());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
