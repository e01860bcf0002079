package dev.outband.fuzz.jrmp;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What the streams of a run came to. Safe for use by several threads. */
final class Tally {
  private static final int MOST_COMPLAINTS = 20;

  /** How RMI tells a caller that its thread ran into an error. */
  private static final String ERROR = "java.rmi.ServerError";

  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong closed = new AtomicLong();
  private final AtomicLong neither = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();

  /** Guarded by itself. */
  private final List<String> complaints = new ArrayList<>();

  void count(HostileConnection.Outcome outcome) {
    switch (outcome.end()) {
      case ANSWERED -> answered.incrementAndGet();
      case CLOSED -> closed.incrementAndGet();
      case NEITHER -> neither.incrementAndGet();
    }
    if (outcome.reply().contains(ERROR)) {
      errors.incrementAndGet();
      int at = outcome.reply().indexOf(ERROR);
      complain("error in a reply: " + outcome.reply().substring(at).replaceAll("[^ -~]+", " "));
    }
  }

  void complain(String text) {
    synchronized (complaints) {
      if (complaints.size() < MOST_COMPLAINTS) {
        complaints.add(text.length() > 4_000 ? text.substring(0, 4_000) : text);
      }
    }
  }

  List<String> complaints() {
    synchronized (complaints) {
      return List.copyOf(complaints);
    }
  }

  long answered() {
    return answered.get();
  }

  long closed() {
    return closed.get();
  }

  long neither() {
    return neither.get();
  }

  long errors() {
    return errors.get();
  }

  long all() {
    return answered() + closed() + neither();
  }
}
