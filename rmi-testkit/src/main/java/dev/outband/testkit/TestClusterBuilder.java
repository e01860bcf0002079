package dev.outband.testkit;

import dev.outband.api.TransferException;
import java.io.IOException;
import java.nio.file.Path;

/** Describes a cluster; {@link #start} makes it. Not safe for use by several threads. */
public final class TestClusterBuilder {

  private static final int MAX_PROCESSES = 64;

  private int servers = 1;
  private int clients = 1;

  TestClusterBuilder() {}

  /**
   * How many servers. Default: 1.
   *
   * @param count 1 to 64
   * @return this
   */
  public TestClusterBuilder servers(int count) {
    servers = require("servers", count, 1);
    return this;
  }

  /**
   * How many clients. Default: 1.
   *
   * @param count 0 to 64
   * @return this
   */
  public TestClusterBuilder clients(int count) {
    clients = require("clients", count, 0);
    return this;
  }

  /**
   * Makes the trust domain, starts the servers and connects the clients. Blocks.
   *
   * @param folder where the trust domain and the files of the test are made: empty, or not there
   *     yet
   * @return the cluster, to be closed by the caller
   * @throws IOException if the folder cannot be written or a port cannot be bound
   * @throws TransferException if no server answers
   */
  public TestCluster start(Path folder) throws IOException, TransferException {
    return TestCluster.start(folder, servers, clients);
  }

  private static int require(String name, int count, int least) {
    if (count < least || count > MAX_PROCESSES) {
      throw new IllegalArgumentException(
          name + " must be " + least + ".." + MAX_PROCESSES + ", not " + count);
    }
    return count;
  }
}
