/**
 * The {@code outband} command. {@link dev.outband.cli.Main} is its entry point; each subcommand is
 * a class of its own.
 */
package dev.outband.cli;
