package dev.outband.cli;

import java.io.PrintStream;

/**
 * What a command finds where it was started.
 *
 * @param out results, for people or for programs
 * @param err everything else
 * @param isErrTerminal whether a person watches {@code err}, so that progress may be shown there
 * @param identityFolder the identity for commands that name none; empty if there is none
 */
record Surroundings(
    PrintStream out, PrintStream err, boolean isErrTerminal, String identityFolder) {

  /** Prints a line of the result at once, as a program that waits for it needs. */
  void print(String line) {
    out.println(line);
    out.flush();
  }
}
