package dev.outband.benchmarks;

import java.io.IOException;
import java.time.Duration;

/** The two processes of one contender, kept alive over the rounds. For use by one thread. */
final class Pair implements AutoCloseable {
  private static final Duration START_DEADLINE = Duration.ofSeconds(60);
  private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(30);
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

  /** Starts the sender and then the receiver. */
  static Pair start(Contender contender, Launch launch, Workplace workplace)
      throws IOException, InterruptedException {
    ChildProcess sender = child(Child.SENDER, contender, launch, workplace, Child.NO_ADDRESS);
    try {
      String[] ready = sender.await("ready", START_DEADLINE);
      ChildProcess receiver = child(Child.RECEIVER, contender, launch, workplace, ready[1]);
      Pair pair = new Pair(contender, sender, receiver, ready[0]);
      receiver.await("ready", START_DEADLINE);
      return pair;
    } catch (IOException | InterruptedException e) {
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

  /**
   * Runs one round.
   *
   * @param fetches how often the file of this length is fetched, one after the other
   * @param number the round's number
   * @throws IOException if an end fails, or does not answer in time, or not all bytes came
   */
  Round run(ByteSize size, int fetches, int number) throws IOException, InterruptedException {
    Usage senderBefore = usage(sender);
    Usage receiverBefore = usage(receiver);
    long expected = size.bytes() * fetches;
    Duration deadline = ANSWER_DEADLINE.plusSeconds(expected / SLOWEST_BYTES_PER_SECOND);
    String[] done = receiver.ask("fetch " + size.bytes() + " " + fetches, "done", deadline);
    long received = Long.parseLong(done[1]);
    if (received != expected) {
      throw new IOException(
          contender.name() + " lost bytes, expected=" + expected + ", received=" + received);
    }
    Usage senderAfter = usage(sender);
    Usage receiverAfter = usage(receiver);
    return new Round(
        new Round.Setting(contender.name(), jdk, size, fetches),
        number,
        Long.parseLong(done[0]),
        new Usage(senderAfter.cpuNs() - senderBefore.cpuNs(), senderAfter.peakRssBytes()),
        new Usage(receiverAfter.cpuNs() - receiverBefore.cpuNs(), receiverAfter.peakRssBytes()));
  }

  private static Usage usage(ChildProcess child) throws IOException, InterruptedException {
    String[] usage = child.ask("usage", "usage", ANSWER_DEADLINE);
    return new Usage(Long.parseLong(usage[0]), Long.parseLong(usage[1]));
  }

  @Override
  public void close() {
    receiver.close();
    sender.close();
  }
}
