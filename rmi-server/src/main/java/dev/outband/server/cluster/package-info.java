/**
 * Which server processes there are: start at {@link dev.outband.server.cluster.ClusterConfig}.
 *
 * <p>Hazelcast, which tells members of each other, has neither encryption nor authentication, so it
 * is a hint here and never trusted: what counts is a short-lived record that each process signs
 * with its identity key.
 */
package dev.outband.server.cluster;
