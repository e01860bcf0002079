package dev.outband.server;

import dev.outband.security.Identity;
import dev.outband.security.SecurityPolicy;
import java.nio.file.Path;

/** Starts and ends a server in no cluster, in a JVM that has no Hazelcast. */
final class LoneServer {
  private LoneServer() {}

  public static void main(String[] args) throws Exception {
    try {
      Class.forName("com.hazelcast.core.Hazelcast");
      throw new IllegalStateException("Hazelcast is on the class path");
    } catch (ClassNotFoundException expected) {
      System.out.println("no Hazelcast");
    }
    try (OutbandServer server =
        OutbandServer.builder()
            .identity(Identity.load(Path.of(args[0])))
            .policy(SecurityPolicy.anyoneInTheTrustDomain())
            .control("127.0.0.1", 0)
            .start()) {
      System.out.println("members=" + server.members().list().size());
    }
  }
}
