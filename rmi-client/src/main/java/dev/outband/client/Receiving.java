package dev.outband.client;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Receipt;
import dev.outband.api.TransferException;
import dev.outband.transport.Reception;
import dev.outband.transport.ReceptionSeries;
import java.rmi.RemoteException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Fills one sink by as many attempts as the policy allows, each with a reception of its own that
 * goes on where the one before stopped.
 */
final class Receiving {
  private final ReceptionSeries series;
  private final ReceivingCall call;
  private final Retries retries;
  private final ReceiveObserver observer;
  private final boolean mayStartOver;

  /** The first failure since the last progress: what the later ones follow from. */
  private TransferException first;

  private int fruitless;
  private long furthest;
  private long sinceNs;

  Receiving(ReceptionSeries series, ReceivingCall call, Retries retries, ReceiveObserver observer) {
    this(series, call, retries, observer, true);
  }

  /** With {@code mayStartOver} false, to start over is for the caller. */
  Receiving(
      ReceptionSeries series,
      ReceivingCall call,
      Retries retries,
      ReceiveObserver observer,
      boolean mayStartOver) {
    this.mayStartOver = mayStartOver;
    this.series = series;
    this.call = call;
    this.retries = retries;
    this.observer = observer;
    this.furthest = series.heldBytes();
  }

  Receipt run() throws TransferException, RemoteException, InterruptedException {
    sinceNs = System.nanoTime();
    while (true) {
      Reception reception = series.next();
      observer.begins(reception.transfer(), series.heldBytes());
      try {
        return attempt(reception);
      } catch (TransferException e) {
        prepareNext(e);
      }
    }
  }

  private Receipt attempt(Reception reception)
      throws TransferException, RemoteException, InterruptedException {
    Confirmation confirmation = call.call(reception.stub());
    if (confirmation == null) {
      throw new TransferException(Code.PROTOCOL, "the call answered without a confirmation");
    }
    return reception.await(confirmation);
  }

  private void prepareNext(TransferException why) throws TransferException, InterruptedException {
    if (!retries.mayFollow(why) || isComplete(why) || startsOver(why) && !mayStartOver) {
      throw why;
    }
    count(why);
    RetryPolicy policy = retries.policy();
    long leftNs = sinceNs + policy.limit().toNanos() - System.nanoTime();
    double random = RandomGenerator.getDefault().nextDouble();
    long pauseNs = policy.pauseAfter(fruitless, random).toNanos();
    boolean startsOver = startsOver(why);
    if (fruitless >= policy.attempts() || leftNs < (startsOver ? 0 : pauseNs)) {
      throw givenUp(why);
    }
    observer.retries(why);
    if (startsOver) {
      startOver(why);
    } else {
      TimeUnit.NANOSECONDS.sleep(pauseNs);
    }
  }

  /** Whether what the sink holds is of no use any more. */
  static boolean startsOver(TransferException why) {
    return why.code() == Code.CONTENT_CHANGED || why.code() == Code.NOT_RESUMABLE;
  }

  /**
   * That the sink cannot be gone on with follows from the failure, so that one is what is thrown.
   */
  private boolean isComplete(TransferException why) throws TransferException, InterruptedException {
    try {
      return series.stop();
    } catch (TransferException e) {
      why.addSuppressed(e);
      throw why;
    }
  }

  private void startOver(TransferException why) throws TransferException, InterruptedException {
    try {
      series.startOver();
    } catch (TransferException e) {
      why.addSuppressed(e);
      throw why;
    }
  }

  private void count(TransferException why) {
    if (series.heldBytes() > furthest) {
      furthest = series.heldBytes();
      fruitless = 0;
      first = null;
      sinceNs = System.nanoTime();
    }
    fruitless++;
    if (first == null) {
      first = why;
    }
  }

  private TransferException givenUp(TransferException last) {
    if (first == last) {
      return last;
    }
    TransferException why =
        new TransferException(
            first.code(),
            first.getMessage() + "; attempts=" + fruitless + ", last: " + last.getMessage(),
            first.transferId(),
            first);
    why.addSuppressed(last);
    return why;
  }
}
