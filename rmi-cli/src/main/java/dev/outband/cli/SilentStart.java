package dev.outband.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;

/**
 * Nothing is logged until a command has decided what is: see {@link Logging}. Logback finds it as a
 * service, and reads no configuration file, which would cost every command the start of an XML
 * parser.
 */
public final class SilentStart extends ContextAwareBase implements Configurator {

  /** Made by logback. */
  public SilentStart() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
