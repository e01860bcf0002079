/**
 * What the data plane holds under load: each program prints figures, the limit of each, and whether
 * it is kept.
 *
 * <p>Start at {@link dev.outband.benchmarks.load.Load}.
 */
package dev.outband.benchmarks.load;
