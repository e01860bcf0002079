package dev.outband.fuzz.jrmp;

import java.io.Serializable;

/**
 * Nobody names this class but in bytes, {@link Graphs#SLEEPER}: whoever initializes it was made to.
 */
final class Sleeper implements Serializable {
  private static final long serialVersionUID = 1L;

  static {
    System.setProperty(Graphs.SLEEPER, "awake");
  }

  private Sleeper() {}
}
