package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** The transmission of an object in stripes, each into a reception of its own. */
final class StripedTransmission implements Transmission {

  private final List<Transmission> stripes;
  private final StripedTransfer transfer;

  private StripedTransmission(List<? extends Transmission> stripes, StripedTransfer transfer) {
    this.stripes = List.copyOf(stripes);
    this.transfer = transfer;
  }

  /**
   * Of stripes that one call has started. One that fails ends the others for the same reason, so
   * that their receivers go on as its own does.
   */
  static Transmission of(List<ActiveTransmission> stripes) {
    return new StripedTransmission(
        stripes,
        new StripedTransfer(
            stripes, stripes::size, why -> stripes.forEach(stripe -> stripe.end(asKnown(why)))));
  }

  private static TransferException asKnown(Throwable why) {
    String message = "another stripe failed: " + why.getMessage();
    return why instanceof TransferException known
        ? new TransferException(known.code(), message, known)
        : new TransferException(Code.INTERNAL, message, why);
  }

  /**
   * Starts one stripe after the other.
   *
   * @param receptions stubs of the streams 0, 1, 2 ... of one object; the first gets all of an
   *     object that has no stripes
   */
  static Transmission start(
      Transmitter transmitter,
      Source source,
      List<? extends ReceptionObject> receptions,
      long bytesPerSecond)
      throws TransferException {
    List<Source> holds = StripedSource.of(source, Math.max(1, receptions.size()));
    List<Transmission> started = new ArrayList<>();
    boolean complete = false;
    try {
      requireStreams(receptions);
      long each = StripedTransfer.share(bytesPerSecond, receptions.size());
      do {
        int stream = started.size();
        started.add(transmitter.start(holds.get(stream), receptions.get(stream), each));
      } while (started.size() < streams(receptions, holds.get(0)));
      complete = true;
    } finally {
      if (!complete) {
        started.forEach(stripe -> stripe.cancel("another stripe did not start"));
      }
      holds.subList(started.size(), holds.size()).forEach(Source::close);
    }
    return new StripedTransmission(started, new StripedTransfer(started, started::size));
  }

  private static void requireStreams(List<? extends ReceptionObject> receptions)
      throws TransferException {
    for (int i = 0; i < receptions.size(); i++) {
      if (!(receptions.get(i) instanceof ReceptionStub stub)
          || stub.ticket().stream() != i
          || stub.ticket().streams() != receptions.size()) {
        throw notTheStreams();
      }
    }
    if (receptions.isEmpty()) {
      throw notTheStreams();
    }
  }

  private static TransferException notTheStreams() {
    return new TransferException(
        Code.INVALID, "the receptions must be those of all streams of one object, in their order");
  }

  private static int streams(List<? extends ReceptionObject> receptions, Source open) {
    return receptions.get(0) instanceof ReceptionStub first
        ? Tickets.streams(first.ticket(), open)
        : 1;
  }

  @Override
  public Confirmation confirmation() {
    List<Confirmation> each = stripes.stream().map(Transmission::confirmation).toList();
    return each.size() == 1 ? each.get(0) : each.get(0).withFurther(each.subList(1, each.size()));
  }

  @Override
  public Receipt await() throws TransferException, InterruptedException {
    return ActiveReception.get(receipt().toCompletableFuture(), id());
  }

  @Override
  public UUID id() {
    return transfer.id();
  }

  @Override
  public long bytes() {
    return transfer.bytes();
  }

  @Override
  public long totalBytes() {
    return transfer.totalBytes();
  }

  @Override
  public CompletionStage<Receipt> receipt() {
    return transfer.receipt();
  }

  @Override
  public void limitRate(long bytesPerSecond) {
    transfer.limitRate(bytesPerSecond);
  }

  @Override
  public void cancel(String reason) {
    transfer.cancel(reason);
  }
}
