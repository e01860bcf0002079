package dev.outband.fuzz.jrmp;

import dev.outband.security.Identity;
import java.io.IOException;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

/** Sends streams, one after the other, for as long as there are any. */
final class HostileClient implements Callable<Void> {
  private static final int SHOWN_BYTES = 2_000;

  private final Identity identity;
  private final Scene scene;
  private final Streams streams;
  private final AtomicLong next;
  private final long end;
  private final Tally tally;

  /** What goes on with several streams; null for none. */
  private HostileConnection open;

  private long marks;

  /**
   * One of several that share the work.
   *
   * @param next the number of the next stream
   * @param end the number of the first one that is not sent
   */
  HostileClient(
      Identity identity, Scene scene, Streams streams, AtomicLong next, long end, Tally tally) {
    this.identity = identity;
    this.scene = scene;
    this.streams = streams;
    this.next = next;
    this.end = end;
    this.tally = tally;
  }

  @Override
  public Void call() throws IOException {
    try {
      for (long number = next.getAndIncrement(); number < end; number = next.getAndIncrement()) {
        Stream stream = streams.at(number);
        HostileConnection.Outcome outcome = send(stream);
        tally.count(outcome);
        if (outcome.end() == HostileConnection.End.NEITHER) {
          tally.complain(report(number, stream));
        }
      }
    } finally {
      hangUp();
    }
    return null;
  }

  private HostileConnection.Outcome send(Stream stream) throws IOException {
    if (stream.kind() == Stream.Kind.CONNECTION) {
      try (HostileConnection alone = HostileConnection.open(identity, scene.port())) {
        return alone.last(stream.bytes());
      }
    }
    if (open == null) {
      open = HostileConnection.open(identity, scene.port());
      open.begin();
    }
    HostileConnection.Outcome outcome;
    if (stream.kind() == Stream.Kind.LAST_MESSAGE) {
      outcome = open.last(stream.bytes());
    } else {
      String text = "mark-" + Thread.currentThread().getName() + "-" + marks++;
      outcome = open.exchange(stream.bytes(), Corpus.echo(scene.addresses(), text), text);
    }
    if (outcome.end() != HostileConnection.End.ANSWERED) {
      hangUp();
    }
    return outcome;
  }

  private void hangUp() throws IOException {
    if (open != null) {
      open.close();
      open = null;
    }
  }

  private static String report(long number, Stream stream) {
    byte[] bytes = stream.bytes();
    return "neither answered nor closed within 10 s: stream "
        + number
        + ", "
        + stream.name()
        + ", "
        + HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, SHOWN_BYTES));
  }
}
