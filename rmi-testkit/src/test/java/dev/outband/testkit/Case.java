package dev.outband.testkit;

import java.nio.file.Path;

/**
 * One cell of the matrix: a file, what is done to its connection, and how both ends must take it.
 */
record Case(Path source, Plan plan, Expected expected) {

  @Override
  public String toString() {
    return source.getFileName()
        + ", to listener: "
        + plan.toListener()
        + ", from listener: "
        + plan.fromListener();
  }
}
