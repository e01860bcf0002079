package dev.outband.benchmarks.load;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** Measures something and says what it came to. */
interface Program {

  /**
   * Runs.
   *
   * @param scale how large
   * @param folder an empty folder to work in
   * @param raw takes every number, a line each
   * @return the figures that have limits
   */
  List<Figure> run(Scale scale, Path folder, PrintStream raw) throws Exception;
}
