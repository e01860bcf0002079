/**
 * Outband beside the raw network and beside its peers, in one run. {@link
 * dev.outband.benchmarks.Main} is the command; a peer is one class that implements {@code
 * Contender}.
 */
package dev.outband.benchmarks;
