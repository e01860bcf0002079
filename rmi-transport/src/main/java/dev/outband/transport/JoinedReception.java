package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.FurtherStream;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.Stripe;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/**
 * The receptions of an object's streams under one stub. Dialers find the first of them; it takes
 * the object whole if it comes so. If it is opened for a stripe, they find the others as well. It
 * ends when all have, and with a receipt if all have theirs.
 */
final class JoinedReception implements Reception, Transfer {

  private final Stripes stripes;
  private final List<ActiveReception> parts;
  private final Joint joint;
  private final ReceptionStub stub;
  private final CompletableFuture<Receipt> receipt = new CompletableFuture<>();
  private final CountDownLatch over = new CountDownLatch(1);

  /** Guarded by this, as what follows. */
  private int running = 1;

  private Throwable failure;
  private long bytesPerSecond = RateLimit.NONE;
  private boolean isOver;

  /** Makes one receipt of those of the parts. */
  @FunctionalInterface
  interface Joint {
    Receipt of(List<Receipt> ofParts);
  }

  /** Joins receptions that are prepared for some streams of an object, in their order. */
  JoinedReception(Stripes stripes, List<ActiveReception> parts, Joint joint) {
    this.stripes = stripes;
    this.parts = List.copyOf(parts);
    this.joint = joint;
    this.stub = joined(stripes, this.parts);
  }

  /** Lets dialers find the first. */
  void open(ReceptionRegistry registry) throws TransferException {
    parts.forEach(part -> part.isPartOf(this));
    follow(parts.get(0));
    registry.admit(parts.get(0));
    CompletionStage<Integer> carrying = stripes.carrying();
    carrying.thenAccept(streams -> begin(streams, registry));
  }

  /** Of an object that may still come whole, the first ticket says nothing of stripes. */
  private static ReceptionStub joined(Stripes stripes, List<ActiveReception> parts) {
    ReceptionStub first = parts.get(0).stub();
    Ticket ticket = stripes.carrying().isDone() ? first.ticket() : first.ticket().forStream(0, 1);
    List<FurtherStream> further = new ArrayList<>();
    for (ActiveReception part : parts.subList(1, parts.size())) {
      further.add(ReceptionRegistry.further(part.sink));
    }
    return new ReceptionStub(first.endpoints(), ticket, first.inbandBytes(), further);
  }

  /** The first is opened, for the whole object or for a stripe. */
  private void begin(int streams, ReceptionRegistry registry) {
    if (streams == 1) {
      return;
    }
    List<ActiveReception> further = parts.subList(1, parts.size());
    synchronized (this) {
      if (isOver) {
        failure = new TransferException(Code.CANCELLED, "closed before its further streams opened");
        return;
      }
      running += further.size();
    }
    for (ActiveReception part : further) {
      follow(part);
      registry.admitFurther(part);
    }
    shareRate();
  }

  private void follow(ActiveReception part) {
    part.receipt().whenComplete((good, why) -> ended(why));
  }

  private void ended(Throwable why) {
    boolean isLast;
    synchronized (this) {
      running--;
      isLast = running == 0;
      isOver |= isLast;
      if (why != null && (failure == null || mayPass(failure) && !mayPass(why))) {
        failure = why;
      }
    }
    if (isLast) {
      complete();
      over.countDown();
    } else if (why != null) {
      endUnopened(why);
    }
  }

  /** Who has failed with one stream begins no other; those that run go on, to be resumed from. */
  private void endUnopened(Throwable why) {
    String reason = "another stream failed: " + why.getMessage();
    Code code = why instanceof TransferException known ? known.code() : Code.INTERNAL;
    for (ActiveReception part : parts) {
      if (!part.wasOpened()) {
        part.end(new TransferException(code, reason, why));
      }
    }
  }

  private static boolean mayPass(Throwable failure) {
    return failure instanceof TransferException known && known.code().isRetriable();
  }

  private void complete() {
    Throwable why;
    synchronized (this) {
      why = failure;
    }
    if (why != null) {
      receipt.completeExceptionally(why);
      return;
    }
    try {
      receipt.complete(joint.of(begun().stream().map(JoinedReception::receiptOf).toList()));
    } catch (RuntimeException e) {
      receipt.completeExceptionally(e);
    }
  }

  private static Receipt receiptOf(ActiveReception part) {
    return part.receipt().toCompletableFuture().join();
  }

  private List<ActiveReception> begun() {
    return stripes.areSeveral() ? parts : parts.subList(0, 1);
  }

  @Override
  public ReceptionStub stub() {
    return stub;
  }

  @Override
  public Transfer transfer() {
    return this;
  }

  @Override
  public Receipt await(Confirmation confirmation) throws TransferException, InterruptedException {
    confirm(confirmation);
    return ActiveReception.get(receipt, id());
  }

  @Override
  public void confirm(Confirmation confirmation) throws TransferException {
    try {
      parts.get(0).confirm(confirmation);
      List<ActiveReception> begun = begun();
      for (ActiveReception part : begun.subList(1, begun.size())) {
        confirm(part, confirmation.further());
      }
    } catch (TransferException e) {
      cancel(e.getMessage());
      throw e;
    }
  }

  /** A transmitter that has not heard of further streams leaves them for another call. */
  private static void confirm(ActiveReception part, List<Confirmation> further)
      throws TransferException {
    for (Confirmation confirmation : further) {
      if (confirmation.transferId().equals(part.id())) {
        part.confirm(confirmation);
        return;
      }
    }
    String why = "the call has not confirmed one of the object's streams";
    part.end(new TransferException(Code.CONNECTION_LOST, why));
    if (part.wasOpened()) {
      throw new TransferException(Code.NOT_PROVEN, why, part.id(), null);
    }
  }

  @Override
  public void close() {
    beginNoMore();
    // When the first has ended, it is settled whether there are others.
    parts.get(0).close();
    begun().forEach(ActiveReception::close);
  }

  private synchronized void beginNoMore() {
    isOver = true;
  }

  @Override
  public UUID id() {
    return parts.get(0).id();
  }

  @Override
  public long bytes() {
    return begun().stream().mapToLong(ActiveReception::bytes).sum();
  }

  @Override
  public long totalBytes() {
    if (!stripes.areSeveral()) {
      return parts.get(0).totalBytes();
    }
    long total = 0;
    for (ActiveReception part : parts) {
      Ticket ticket = part.stub().ticket();
      Stripe stripe = Stripe.of(stripes.objectBytes(), ticket.stream(), ticket.streams());
      total += stripe.bytes() - ticket.offset();
    }
    return total;
  }

  @Override
  public CompletionStage<Receipt> receipt() {
    return ActiveReception.copy(receipt);
  }

  /** Waits until its transfer has ended, well or not; its parts may have ended before it. */
  void awaitEnd() throws InterruptedException {
    over.await();
  }

  @Override
  public void limitRate(long limit) {
    parts.get(0).limitRate(limit);
    synchronized (this) {
      bytesPerSecond = limit;
    }
    shareRate();
  }

  private void shareRate() {
    List<ActiveReception> begun = begun();
    long each;
    synchronized (this) {
      each = StripedTransfer.share(bytesPerSecond, begun.size());
    }
    begun.forEach(part -> part.limitRate(each));
  }

  @Override
  public void cancel(String reason) {
    beginNoMore();
    parts.get(0).cancel(reason);
    begun().forEach(part -> part.cancel(reason));
  }
}
