package dev.outband.benchmarks.cluster;

/** Which way the bytes go. */
enum Direction {
  /** From a server, which is killed, to the client: the transfer goes on from another server. */
  GET,
  /** From the client to a server, which is killed: the call is made again, from the start. */
  PUT
}
