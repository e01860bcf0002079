package dev.outband.testkit;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Describes a JVM; {@link #start()} starts it. Not safe for use by several threads. */
public final class ServerJvmBuilder {

  private final Class<?> main;
  private List<String> arguments = List.of();
  private List<String> options = List.of();
  private Path java = Path.of(ProcessHandle.current().info().command().orElse("java"));

  ServerJvmBuilder(Class<?> main) {
    this.main = main;
  }

  /**
   * What its main method gets. Default: nothing.
   *
   * @param all the arguments
   * @return this
   */
  public ServerJvmBuilder arguments(String... all) {
    arguments = List.of(all);
    return this;
  }

  /**
   * Options of the JVM itself, such as {@code -Xmx64m}. Default: none.
   *
   * @param all the options
   * @return this
   */
  public ServerJvmBuilder options(String... all) {
    options = List.of(all);
    return this;
  }

  /**
   * Which JDK. Default: the one that runs here.
   *
   * @param command its {@code bin/java}
   * @return this
   */
  public ServerJvmBuilder java(Path command) {
    java = command;
    return this;
  }

  /**
   * Starts it. Does not wait for anything that it does.
   *
   * @return the JVM, to be closed by the caller
   * @throws IOException if there is no such command
   */
  public ServerJvm start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(options);
    command.add("-cp");
    command.add(ManagementFactory.getRuntimeMXBean().getClassPath());
    command.add(ChildMain.class.getName());
    command.add(Long.toString(ProcessHandle.current().pid()));
    command.add(main.getName());
    command.addAll(arguments);
    return new ServerJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
  }
}
