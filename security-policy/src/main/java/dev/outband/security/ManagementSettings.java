package dev.outband.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;

/**
 * What the JVM's management agent takes from system properties and from its configuration file: the
 * one that is named, else the JDK's own. Whether the agent runs cannot be seen everywhere, so the
 * JDK's own file counts even where it does not.
 */
final class ManagementSettings {
  private static final String CONFIG_FILE = "com.sun.management.config.file";
  private static final List<String> PORTS =
      List.of(
          "com.sun.management.jmxremote.port",
          "com.sun.management.jmxremote.rmi.port",
          "com.sun.management.snmp.port");

  /** The agent's port for this host answers every host if this is not true. */
  private static final String LOCAL_ONLY = "com.sun.management.jmxremote.local.only";

  private ManagementSettings() {}

  /**
   * The first setting that opens the agent to other hosts, with its value, or the configuration
   * file if that cannot be told of it. Empty if there is none.
   */
  static Optional<String> openToOthers(Function<String, String> properties) {
    Optional<String> property = find(properties, "");
    return property.isPresent() ? property : findInFile(properties);
  }

  private static Optional<String> findInFile(Function<String, String> properties) {
    String named = properties.apply(CONFIG_FILE);
    if (named != null) {
      return findIn(named);
    }
    String home = properties.apply("java.home");
    if (home == null) {
      return Optional.empty();
    }
    // What this process cannot read, its agent could not, either.
    Path own = Path.of(home, "conf", "management", "management.properties");
    return Files.isReadable(own) ? findIn(own.toString()) : Optional.empty();
  }

  private static Optional<String> findIn(String file) {
    try {
      Path path = Path.of(file);
      // A pipe does not say a second time what it said to the agent.
      if (Files.isRegularFile(path)) {
        return find(read(path)::getProperty, " in " + Text.quoted(file));
      }
    } catch (IOException | IllegalArgumentException e) {
      return unreadable(file);
    }
    return unreadable(file);
  }

  private static Optional<String> unreadable(String file) {
    return Optional.of(CONFIG_FILE + " " + Text.quoted(file) + " cannot be read");
  }

  private static Properties read(Path file) throws IOException {
    Properties read = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      read.load(in);
    }
    return read;
  }

  private static Optional<String> find(Function<String, String> settings, String where) {
    for (String port : PORTS) {
      String value = settings.apply(port);
      if (value != null && !value.isBlank()) {
        return Optional.of(port + " " + Text.quoted(value) + where);
      }
    }
    String onlyLocal = settings.apply(LOCAL_ONLY);
    return onlyLocal == null || onlyLocal.equalsIgnoreCase("true")
        ? Optional.empty()
        : Optional.of(LOCAL_ONLY + " " + Text.quoted(onlyLocal) + where);
  }
}
