package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Receipt;
import dev.outband.api.TransferException;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs cases on a few named threads, each with a proxy of its own, and holds every one against what
 * it expects.
 *
 * <p>On a machine that stands still for a second a deadline may pass before the fault has struck.
 * That is a typed failure at both ends, and is held against the invariants like any other; but it
 * says nothing of the fault, so the case is run again, in a later round. A case whose deadlines
 * pass in every round is as it seems.
 */
final class Matrix {

  private static final int ROUNDS = 4;

  private static final int WORKERS = 12;
  private static final int SHOWN_FAULTS = 8;

  private final Rig rig;
  private final Path targets;
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final Queue<Running> started = new ConcurrentLinkedQueue<>();
  private final Queue<Case> again = new ConcurrentLinkedQueue<>();
  private final AtomicInteger number = new AtomicInteger();
  private final Map<String, Integer> tally = new TreeMap<>();

  private Matrix(Rig rig, Path targets) {
    this.rig = rig;
    this.targets = targets;
  }

  /** A case whose transmitter has ended, and whose receiver will. */
  private record Running(
      Case what, Path target, End transmitter, CompletableFuture<End> receiver) {}

  /**
   * Runs all cases; throws if one is not as expected.
   *
   * @param title for the report
   * @return how many were run and checked
   */
  static int run(Rig rig, Path targets, String title, List<Case> cases) throws Exception {
    Matrix matrix = new Matrix(rig, targets);
    long startNs = System.nanoTime();
    int checked = matrix.round(cases, true);
    int repeated = 0;
    for (int round = 2; round <= ROUNDS && !matrix.again.isEmpty(); round++) {
      List<Case> late = List.copyOf(matrix.again);
      matrix.again.clear();
      repeated += late.size();
      checked += matrix.round(late, round < ROUNDS);
    }
    System.out.printf(
        "%s: %d cases in %.1f s, %d run again, transmitter/receiver: %s%n",
        title, checked, (System.nanoTime() - startNs) / 1e9, repeated, matrix.tally);
    List<String> shown = matrix.faults.stream().limit(SHOWN_FAULTS).toList();
    assertThat(matrix.faults.size())
        .as("faults, the first of them: %s", String.join("\n", shown))
        .isZero();
    return checked;
  }

  /** Runs the cases and answers how many of them count; the others are to be run again. */
  private int round(List<Case> cases, boolean moreRounds) throws Exception {
    started.clear();
    runAll(new ConcurrentLinkedQueue<>(cases));
    return checkAll(moreRounds);
  }

  private void runAll(Queue<Case> cases) throws InterruptedException {
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      Thread worker = new Thread(() -> work(cases), "matrix-worker-" + i);
      workers.add(worker);
      worker.start();
    }
    for (Thread worker : workers) {
      worker.join();
    }
  }

  private void work(Queue<Case> cases) {
    try (ChaosProxy proxy = ChaosProxy.to(rig.receiver.address())) {
      for (Case next = cases.poll(); next != null; next = cases.poll()) {
        started.add(run(next, proxy));
      }
    } catch (Exception e) {
      faults.add("a worker failed: " + e);
    }
  }

  private Running run(Case what, ChaosProxy proxy) throws Exception {
    Path target = targets.resolve("target-" + number.getAndIncrement());
    ProxiedConnection connection = proxy.next(what.plan());
    long startNs = System.nanoTime();
    Reception reception = rig.receiver.receptions().open(Sink.file(target));
    CompletableFuture<End> receiver =
        reception
            .transfer()
            .receipt()
            .handle(
                (receipt, failure) -> new End(receipt, bare(failure), System.nanoTime() - startNs))
            .toCompletableFuture();
    End transmitter = transmit(what, reception, proxy, startNs);
    if (!connection.awaitEnd(Rig.BOUND)) {
      faults.add(what + ": the connection did not end");
    }
    return new Running(what, target, transmitter, receiver);
  }

  /** A dependent stage gets what failed inside a CompletionException. */
  private static Throwable bare(Throwable failure) {
    return failure instanceof CompletionException wrapper ? wrapper.getCause() : failure;
  }

  private End transmit(Case what, Reception reception, ChaosProxy proxy, long startNs)
      throws InterruptedException {
    try {
      Transmission transmission =
          rig.transmitter.start(
              Source.file(what.source(), "matrix"), Rig.at(proxy.endpoint(), reception.stub()));
      Receipt receipt = transmission.await();
      return new End(receipt, null, System.nanoTime() - startNs);
    } catch (TransferException e) {
      return new End(null, e, System.nanoTime() - startNs);
    }
  }

  private int checkAll(boolean moreRounds) throws Exception {
    int checked = 0;
    for (Running running : started) {
      End receiver = running.receiver().get(Rig.BOUND.toMillis(), TimeUnit.MILLISECONDS);
      Expected expected = running.what().expected();
      fault(running, checkFile(running, receiver));
      String atTransmitter =
          running.transmitter().check("the transmitter", expected.transmitter(), false);
      String atReceiver =
          receiver.check("the receiver", expected.receiver(), expected.receiverMayComplete());
      boolean asExpected = atTransmitter.isEmpty() && atReceiver.isEmpty();
      if (!asExpected && moreRounds && (running.transmitter().isLate() || receiver.isLate())) {
        again.add(running.what());
        continue;
      }
      fault(running, atTransmitter);
      fault(running, atReceiver);
      tally.merge(running.transmitter().code() + "/" + receiver.code(), 1, Integer::sum);
      checked++;
    }
    return checked;
  }

  /**
   * The invariant above all others: with a receipt the file is there and right, without one it is
   * not there.
   */
  private static String checkFile(Running running, End receiver) throws IOException {
    boolean there = Files.exists(running.target());
    if (receiver.good() == null) {
      return there ? "a file without a receipt" : "";
    }
    if (!there || Files.mismatch(running.what().source(), running.target()) != -1) {
      return there ? "WRONG BYTES under the final name" : "a receipt without a file";
    }
    Files.delete(running.target());
    Receipt sent = running.transmitter().good();
    if (sent == null || !running.what().expected().sameDigest()) {
      return "";
    }
    return sent.digest().equals(receiver.good().digest()) ? "" : "two digests";
  }

  private void fault(Running running, String what) {
    if (!what.isEmpty()) {
      faults.add(running.what() + ": " + what);
    }
  }
}
