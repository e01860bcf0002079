package dev.outband.cli;

import dev.outband.server.OutbandServer;
import dev.outband.server.OutbandServerBuilder;
import dev.outband.server.cluster.ClusterConfig;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** How {@code serve} finds other servers. */
final class ClusterOptions {

  private static final Set<String> ALL = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

  @Option(
      names = "--join",
      paramLabel = "HOST:PORT",
      split = ",",
      converter = HostPort.Converter.class,
      description =
          "Be a member of a cluster: the member ports of other servers, separated by commas; this"
              + " server may be among them.")
  private List<HostPort> join = List.of();

  @Option(
      names = "--cluster",
      paramLabel = "HOST:PORT",
      converter = HostPort.Converter.class,
      description =
          "The member port, to be reached by the other servers alone; port 0 picks one. Without"
              + " --join: be the first member. Default: the host of --control, port 5701, or 0"
              + " where the port of --control is 0.")
  private HostPort cluster;

  @Option(
      names = "--cluster-name",
      paramLabel = "NAME",
      description = "Members of another name do not join. Default: outband.")
  private String name = ClusterConfig.DEFAULT_NAME;

  private boolean isMember() {
    return cluster != null || !join.isEmpty();
  }

  /** Tells the server, unless it is to be in no cluster. */
  void apply(OutbandServerBuilder server, HostPort control) throws CommandException {
    if (!isMember()) {
      return;
    }
    HostPort here = here(control);
    for (HostPort address : List.of(control, here)) {
      if (ALL.contains(address.host())) {
        throw new CommandException(
            ExitCode.USAGE, "a member of a cluster needs one address, not all of them: " + address);
      }
    }
    try {
      server.cluster(
          ClusterConfig.join(join.stream().map(HostPort::toString).toArray(String[]::new))
              .bind(here.host(), here.port())
              .named(name));
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, e.getMessage(), e);
    }
  }

  /** What the ready line says of the member; nothing if there is none. */
  String ready(OutbandServer server, HostPort control) {
    return server
        .clusterAddress()
        .map(bound -> " cluster=" + here(control).withPort(bound))
        .orElse("");
  }

  private HostPort here(HostPort control) {
    return cluster != null
        ? cluster
        : new HostPort(control.host(), control.port() == 0 ? 0 : ClusterConfig.DEFAULT_PORT);
  }
}
