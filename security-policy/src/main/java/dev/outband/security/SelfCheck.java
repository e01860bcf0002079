package dev.outband.security;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a server looks at before it starts: whether the JVM that it runs in, or the address that it
 * is to listen on, undoes what Outband promises. Keys that others can read and expired certificates
 * are refused when the {@link Identity} is loaded, and a missing deserialization filter by {@link
 * SerialFilters#installJvmWide()}; nobody can take charge of those.
 */
public final class SelfCheck {
  private SelfCheck() {}

  /**
   * Checks how the JVM was started.
   *
   * @param accepted the risks that the application has taken charge of
   * @throws RiskException if there is another one
   */
  // The one place in the libraries that reads properties: it follows none of them, but must know
  // what RMI and JMX take from them.
  public static void requireSafeJvm(Set<Risk> accepted) throws RiskException {
    requireSafeJvm(accepted, System::getProperty);
  }

  static void requireSafeJvm(Set<Risk> accepted, Function<String, String> properties)
      throws RiskException {
    String onlyLocal = properties.apply("java.rmi.server.useCodebaseOnly");
    if (onlyLocal != null && !onlyLocal.equalsIgnoreCase("true")) {
      refuse(accepted, Risk.CODE_FROM_PEERS, "java.rmi.server.useCodebaseOnly", onlyLocal);
    }
    String codebase = properties.apply("java.rmi.server.codebase");
    if (codebase != null && !codebase.isBlank()) {
      refuse(accepted, Risk.CODEBASE, "java.rmi.server.codebase", codebase);
    }
    Optional<String> jmx = ManagementSettings.openToOthers(properties);
    if (jmx.isPresent()) {
      refuse(accepted, Risk.REMOTE_JMX, jmx.get());
    }
  }

  /**
   * Checks where a port is to listen.
   *
   * @param accepted the risks that the application has taken charge of
   * @param what the port, in a word: control, data
   * @param bind the address
   * @throws RiskException if it is a wildcard and nobody has taken charge of that
   */
  public static void requireOneAddress(Set<Risk> accepted, String what, InetSocketAddress bind)
      throws RiskException {
    if (bind.getAddress() != null && bind.getAddress().isAnyLocalAddress()) {
      refuse(accepted, Risk.WILDCARD_BIND, what + " port on", bind.getAddress().getHostAddress());
    }
  }

  private static void refuse(Set<Risk> accepted, Risk risk, String name, String value)
      throws RiskException {
    refuse(accepted, risk, name + " " + Text.quoted(value));
  }

  private static void refuse(Set<Risk> accepted, Risk risk, String setting) throws RiskException {
    if (!accepted.contains(risk)) {
      throw new RiskException(risk, setting);
    }
  }
}
