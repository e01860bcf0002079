package dev.outband.fuzz.jrmp;

import dev.outband.client.OutbandClient;
import dev.outband.security.Identity;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes a call once a second over a connection that it keeps, and one as a newcomer, who dials and
 * looks up first.
 */
final class HonestClient implements AutoCloseable {
  private final Identity identity;
  private final int port;
  private final Tally tally;
  private final CountDownLatch ending = new CountDownLatch(1);
  private final Thread thread;

  /** Written by the thread alone, as what follows. */
  private volatile long calls;

  private volatile long failures;
  private volatile long slowestNs;

  private HonestClient(Identity identity, int port, Tally tally) {
    this.identity = identity;
    this.port = port;
    this.tally = tally;
    this.thread = new Thread(this::run, "honest");
  }

  static HonestClient start(Identity identity, int port, Tally tally) {
    HonestClient client = new HonestClient(identity, port, tally);
    client.thread.start();
    return client;
  }

  long calls() {
    return calls;
  }

  long failures() {
    return failures;
  }

  long slowestMs() {
    return TimeUnit.NANOSECONDS.toMillis(slowestNs);
  }

  private void run() {
    try (OutbandClient steady = connect()) {
      Shelf shelf = steady.lookup(Addresses.SHELF, Shelf.class);
      do {
        attempt(() -> shelf.echo("steady"), "steady");
        attempt(this::callAsANewcomer, "newcomer");
      } while (!ending.await(1, TimeUnit.SECONDS));
    } catch (Exception e) {
      failed(e);
    }
  }

  /** A call whose answer is known. */
  @FunctionalInterface
  private interface Call {
    String make() throws Exception;
  }

  // The fields are written by this thread alone.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void attempt(Call call, String expected) {
    long startNs = System.nanoTime();
    calls++;
    try {
      String answer = call.make();
      if (!answer.equals(expected)) {
        throw new IllegalStateException("answer must be " + expected + ", not " + answer);
      }
    } catch (Exception e) {
      failed(e);
    }
    slowestNs = Math.max(slowestNs, System.nanoTime() - startNs);
  }

  private String callAsANewcomer() throws Exception {
    try (OutbandClient newcomer = connect()) {
      return newcomer.lookup(Addresses.SHELF, Shelf.class).echo("newcomer");
    }
  }

  private OutbandClient connect() throws Exception {
    return OutbandClient.builder().identity(identity).servers("127.0.0.1:" + port).connect();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void failed(Exception e) {
    failures++;
    tally.complain("honest call failed: " + e);
  }

  @Override
  public void close() throws InterruptedException {
    ending.countDown();
    thread.join();
  }
}
