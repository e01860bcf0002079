package dev.outband.security;

/**
 * What makes a server refuse to start, because of how its JVM was started or where it is to listen.
 * An application that knows better takes charge of each by its name; there is no word for all of
 * them.
 */
public enum Risk {
  /**
   * {@code java.rmi.server.useCodebaseOnly=false}: RMI loads classes from wherever a stream says.
   */
  CODE_FROM_PEERS("RMI loads classes from wherever a peer says"),
  /** {@code java.rmi.server.codebase} is set: RMI tells peers where to load classes from. */
  CODEBASE("RMI tells its peers to load classes from there"),
  /**
   * {@code com.sun.management.jmxremote.port} is set, or another port of the management agent, or
   * {@code jmxremote.local.only=false}; as a system property, in the file that {@code
   * com.sun.management.config.file} names, or else in the JDK's own {@code management.properties}.
   * A named file that cannot be read counts, too. Whoever gets through to that port runs code here.
   * An agent that is started later, or by other means, is not noticed.
   */
  REMOTE_JMX("whoever gets through to remote JMX runs code in this process"),
  /**
   * The control or the data port is bound to a wildcard address, and so reachable from every
   * network of the host, the ones included that it gets later.
   */
  WILDCARD_BIND("every network of this host gets to it; name one address");

  private final String consequence;

  Risk(String consequence) {
    this.consequence = consequence;
  }

  /** What comes of it, in one line. */
  public String consequence() {
    return consequence;
  }
}
