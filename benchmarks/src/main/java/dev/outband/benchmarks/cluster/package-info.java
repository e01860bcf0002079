/**
 * What a cluster of real server processes holds while they are killed and restarted: start at
 * {@link dev.outband.benchmarks.cluster.Cluster}.
 */
package dev.outband.benchmarks.cluster;
