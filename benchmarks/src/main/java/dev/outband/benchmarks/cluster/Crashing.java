package dev.outband.benchmarks.cluster;

import java.util.List;

/** Clients that crash together, in one way. */
interface Crashing extends AutoCloseable {

  /** Connects a client for each errand, and waits until every transfer is on the way. */
  void begin(List<Errand> errands) throws Exception;

  /** From here on the server hears nothing of any of them but what the system tells it. */
  void crash() throws Exception;

  /** Removes what is left of the clients; the server may hear of it. */
  @Override
  void close() throws Exception;
}
