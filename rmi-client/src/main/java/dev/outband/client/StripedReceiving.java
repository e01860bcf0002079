package dev.outband.client;

import dev.outband.api.Receipt;
import dev.outband.api.TransferException;
import dev.outband.transport.ReceptionSeries;
import dev.outband.transport.StripedSeries;
import java.rmi.RemoteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Fills one sink by several streams beside each other, each in as many attempts as the policy
 * allows. The first stream tells what the object is; the others begin then. If the servers do not
 * agree on the content, it starts over with one stream.
 */
final class StripedReceiving {
  private final StripedSeries stripes;
  private final ReceivingCall call;
  private final Retries retries;
  private final ReceiveObserver observer;

  StripedReceiving(
      StripedSeries stripes, ReceivingCall call, Retries retries, ReceiveObserver observer) {
    this.stripes = stripes;
    this.call = call;
    this.retries = retries;
    this.observer = observer;
  }

  Receipt run() throws TransferException, RemoteException, InterruptedException {
    if (stripes.series().size() > 1) {
      try {
        return overAll();
      } catch (TransferException e) {
        if (!Receiving.startsOver(e)) {
          throw e;
        }
        observer.retries(e);
        stripes.startOver();
      }
    }
    return new Receiving(stripes.series().get(0), call, retries, observer).run();
  }

  private Receipt overAll() throws TransferException, RemoteException, InterruptedException {
    StripedWatch watch = new StripedWatch(stripes, observer);
    AtomicInteger named = new AtomicInteger();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            stripes.series().size(),
            task -> new Thread(task, "outband-stream-" + named.getAndIncrement()));
    try {
      observer.begins(watch, 0);
      Receipt receipt = StripedSeries.joined(receipts(threads, watch));
      watch.completed(receipt);
      return receipt;
    } catch (TransferException e) {
      watch.failed(e);
      throw e;
    } finally {
      end(threads);
      watch.abandoned();
    }
  }

  /** Has each stripe received, and waits until all are, or one has failed. */
  private List<Receipt> receipts(ExecutorService threads, StripedWatch watch)
      throws TransferException, RemoteException, InterruptedException {
    List<ReceptionSeries> series = stripes.series();
    CompletableFuture<Integer> carrying = new CompletableFuture<>();
    stripes.carrying().thenAccept(carrying::complete);
    CompletionService<Optional<Receipt>> ends = new ExecutorCompletionService<>(threads);
    List<Future<Optional<Receipt>>> each = new ArrayList<>();
    each.add(
        ends.submit(
            () -> {
              try {
                return Optional.of(receipt(0, watch));
              } finally {
                carrying.complete(0);
              }
            }));
    for (int i = 1; i < series.size(); i++) {
      int stream = i;
      each.add(
          ends.submit(
              () ->
                  carrying.get() > stream
                      ? Optional.of(receipt(stream, watch))
                      : Optional.empty()));
    }
    for (int i = 0; i < series.size(); i++) {
      Optional<Receipt> unused = get(ends.take());
    }
    List<Receipt> receipts = new ArrayList<>();
    for (Future<Optional<Receipt>> one : each) {
      get(one).ifPresent(receipts::add);
    }
    return receipts;
  }

  private Receipt receipt(int stream, StripedWatch watch)
      throws TransferException, RemoteException, InterruptedException {
    return new Receiving(stripes.series().get(stream), call, retries, watch.ofStream(stream), false)
        .run();
  }

  private static Optional<Receipt> get(Future<Optional<Receipt>> end)
      throws TransferException, RemoteException, InterruptedException {
    try {
      return end.get();
    } catch (ExecutionException e) {
      Throwable why = e.getCause();
      if (why instanceof TransferException failure) {
        throw failure;
      }
      if (why instanceof RemoteException failure) {
        throw failure;
      }
      if (why instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("a stream failed unexpectedly", why);
    }
  }

  /** Ends the threads. Those that are in a call end with it, within its deadline. */
  private static void end(ExecutorService threads) {
    threads.shutdownNow();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.DAYS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
