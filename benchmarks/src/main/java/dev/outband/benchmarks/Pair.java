package dev.outband.benchmarks;

import java.io.IOException;
import java.time.Duration;

/** The two processes of one contender, kept alive over the rounds. For use by one thread. */
final class Pair implements AutoCloseable {
  private static final Duration START_DEADLINE = Duration.ofSeconds(60);
  private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(60);
  private static final long SLOWEST_BYTES_PER_SECOND = 4_000_000;

  private final Contender contender;
  private final ChildProcess sender;
  private final ChildProcess receiver;
  private final String jdk;

  private Pair(Contender contender, ChildProcess sender, ChildProcess receiver, String jdk) {
    this.contender = contender;
    this.sender = sender;
    this.receiver = receiver;
    this.jdk = jdk;
  }

  /**
   * How much one round does.
   *
   * @param size the file's length
   * @param atMost how often it is fetched at most, one after the other
   * @param limit no further fetch begins after this time
   */
  record Turn(ByteSize size, int atMost, Duration limit) {}

  /** Starts the sender and then the receiver. */
  static Pair start(Contender contender, Launch launch, Workplace workplace)
      throws IOException, InterruptedException {
    ChildProcess sender = child(Child.SENDER, contender, launch, workplace, Child.NO_ADDRESS);
    ChildProcess receiver = null;
    try {
      String[] ready = sender.await("ready", START_DEADLINE);
      receiver = child(Child.RECEIVER, contender, launch, workplace, ready[1]);
      receiver.await("ready", START_DEADLINE);
      return new Pair(contender, sender, receiver, ready[0]);
    } catch (IOException | InterruptedException e) {
      if (receiver != null) {
        receiver.close();
      }
      sender.close();
      throw e;
    }
  }

  private static ChildProcess child(
      String role, Contender contender, Launch launch, Workplace workplace, String address)
      throws IOException {
    return ChildProcess.start(
        contender.name() + " " + role, launch.command(role, contender, workplace, address));
  }

  Contender contender() {
    return contender;
  }

  /** The version of both ends' JDK. */
  String jdk() {
    return jdk;
  }

  /** How long the file is that stands for one of this length: the contender may be spared. */
  long transferBytes(ByteSize size) {
    return Math.min(size.bytes(), contender.mostBytes());
  }

  /**
   * Fetches the file once and compares it with what was sent, and lets the peaks begin anew.
   *
   * @throws IOException if an end fails, or a byte differs or is missing
   */
  void check(ByteSize size) throws IOException, InterruptedException {
    long bytes = transferBytes(size);
    receiver.ask("check " + bytes, "checked", deadline(bytes));
    for (ChildProcess end : new ChildProcess[] {sender, receiver}) {
      end.ask("reset", "was-reset", ANSWER_DEADLINE);
    }
  }

  /**
   * Runs a round's transfers.
   *
   * @throws IOException if an end fails, or does not answer in time, or not all bytes came
   */
  Timing fetch(Turn turn) throws IOException, InterruptedException {
    long bytes = transferBytes(turn.size());
    Duration deadline = deadline(bytes).plus(turn.limit());
    Timing timing =
        Timing.parse(
            receiver.ask(
                "fetch " + bytes + " " + turn.atMost() + " " + turn.limit().toNanos(),
                "done",
                deadline));
    long expected = bytes * timing.transfers();
    if (timing.bytes() != expected) {
      throw new IOException(
          contender.name() + " lost bytes, expected=" + expected + ", received=" + timing.bytes());
    }
    return timing;
  }

  /**
   * Runs one round.
   *
   * @param number the round's number
   * @param firstByteSize the length of the file of which the first byte is waited for
   * @throws IOException if an end fails, or does not answer in time, or not all bytes came
   */
  Round run(Turn turn, int number, ByteSize firstByteSize)
      throws IOException, InterruptedException {
    Usage senderBefore = usage(sender);
    Usage receiverBefore = usage(receiver);
    Timing timing = fetch(turn);
    Usage senderUsage = usage(sender).since(senderBefore);
    Usage receiverUsage = usage(receiver).since(receiverBefore);
    return new Round(
        new Round.Setting(contender.name(), jdk, turn.size()),
        number,
        timing,
        firstByteNs(firstByteSize),
        senderUsage,
        receiverUsage);
  }

  /** Waits for the first byte of a file so many times. */
  void warmUpFirstByte(ByteSize size, int times) throws IOException, InterruptedException {
    for (int i = 0; i < times; i++) {
      long unused = firstByteNs(size);
    }
  }

  private long firstByteNs(ByteSize size) throws IOException, InterruptedException {
    long bytes = transferBytes(size);
    return Long.parseLong(receiver.ask("first " + bytes, "first", deadline(bytes))[0]);
  }

  /** Compares transfers with empty calls, in turns. */
  PingRound ping(int number, int times, ByteSize size) throws IOException, InterruptedException {
    String[] medians =
        receiver.ask("ping " + times + " " + size.bytes(), "pinged", ANSWER_DEADLINE);
    return new PingRound(
        contender.name(), jdk, number, Long.parseLong(medians[0]), Long.parseLong(medians[1]));
  }

  private static Duration deadline(long bytes) {
    return ANSWER_DEADLINE.plusSeconds(bytes / SLOWEST_BYTES_PER_SECOND);
  }

  private static Usage usage(ChildProcess child) throws IOException, InterruptedException {
    String[] usage = child.ask("usage", "usage", ANSWER_DEADLINE);
    return new Usage(Long.parseLong(usage[0]), Long.parseLong(usage[1]), Long.parseLong(usage[2]));
  }

  @Override
  public void close() {
    receiver.close();
    sender.close();
  }
}
