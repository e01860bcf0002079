package dev.outband.benchmarks.cluster;

import java.util.Optional;

/** Transfers, each of which loses its server on the way. */
interface Victims extends AutoCloseable {

  /**
   * Starts a transfer with one server, kills that one, and waits until the transfer has ended.
   *
   * @param server which one
   * @param offset how far the transfer must be
   * @return what came of it; empty if all bytes had left the server before it was dead
   */
  Optional<Kills.Kill> kill(int server, long offset) throws Exception;

  @Override
  void close() throws Exception;
}
