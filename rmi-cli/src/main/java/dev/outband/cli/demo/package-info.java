/**
 * The parts of {@code outband demo}: the peer that it compares with, its server process, and what
 * it measures.
 *
 * <p>{@link dev.outband.cli.demo.ChunkService} is the peer: the same bytes as plain RMI results.
 */
package dev.outband.cli.demo;
