package dev.outband.transport;

import dev.outband.api.Confirmation;
import dev.outband.api.Receipt;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * The transfers of an object's stripes as one: it ends when all have ended, well if all have. One
 * that fails ends the others.
 */
final class StripedTransfer implements Transfer {

  private final List<? extends Transfer> stripes;
  private final IntSupplier carrying;
  private final Consumer<Throwable> whenOneFails;
  private final CompletableFuture<Receipt> receipt = new CompletableFuture<>();

  /** Guarded by this. */
  private Throwable failure;

  private int running;

  /**
   * Joins transfers, in the order of their streams.
   *
   * @param carrying how many of them, from the first on, carry the object; to be right when one of
   *     them has ended
   */
  StripedTransfer(List<? extends Transfer> stripes, IntSupplier carrying) {
    this(
        stripes,
        carrying,
        why ->
            stripes.forEach(stripe -> stripe.cancel("another stripe failed: " + why.getMessage())));
  }

  /** The same, with what ends the others when one has failed. */
  StripedTransfer(
      List<? extends Transfer> stripes, IntSupplier carrying, Consumer<Throwable> whenOneFails) {
    this.stripes = List.copyOf(stripes);
    this.carrying = carrying;
    this.whenOneFails = whenOneFails;
    this.running = this.stripes.size();
    for (int i = 0; i < this.stripes.size(); i++) {
      boolean isFirst = i == 0;
      CompletionStage<?> unused =
          this.stripes.get(i).receipt().whenComplete((good, why) -> ended(isFirst, why));
    }
  }

  private void ended(boolean isFirst, Throwable why) {
    int counting = carrying.getAsInt();
    boolean counts = isFirst || counting > 1;
    boolean isLast;
    synchronized (this) {
      if (counts && failure == null) {
        failure = why;
      }
      running--;
      isLast = running == 0;
    }
    if (isLast) {
      complete(counting);
    } else if (counts && why != null) {
      whenOneFails.accept(why);
    } else if (counts && counting == 1) {
      cancel("the object came whole");
    }
  }

  private void complete(int counting) {
    Throwable why;
    synchronized (this) {
      why = failure;
    }
    if (why == null) {
      receipt.complete(
          joined(
              stripes.subList(0, counting).stream()
                  .map(stripe -> stripe.receipt().toCompletableFuture().join())
                  .toList()));
    } else {
      receipt.completeExceptionally(why);
    }
  }

  /** One receipt for the stripes of an object, in the order of their streams. */
  static Receipt joined(List<Receipt> stripes) {
    Receipt first = stripes.get(0);
    if (stripes.size() == 1) {
      return first;
    }
    return new Receipt(
        first.transferId(),
        stripes.stream().mapToLong(Receipt::bytes).sum(),
        stripes.stream().mapToLong(Receipt::offset).sum(),
        digest(stripes),
        stripes.stream().map(Receipt::duration).max(Duration::compareTo).orElseThrow(),
        first.mode(),
        first.protection());
  }

  private static String digest(List<Receipt> stripes) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      stripes.forEach(stripe -> sha256.update(stripe.digest().getBytes(StandardCharsets.US_ASCII)));
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public UUID id() {
    return stripes.get(0).id();
  }

  @Override
  public long bytes() {
    return stripes.stream().mapToLong(Transfer::bytes).sum();
  }

  @Override
  public long totalBytes() {
    long total = 0;
    for (Transfer stripe : stripes.subList(0, carrying.getAsInt())) {
      long bytes = stripe.totalBytes();
      if (bytes < 0) {
        return Confirmation.UNKNOWN_LENGTH;
      }
      total += bytes;
    }
    return total;
  }

  @Override
  public CompletionStage<Receipt> receipt() {
    return ActiveReception.copy(receipt);
  }

  @Override
  public void limitRate(long bytesPerSecond) {
    long each = share(bytesPerSecond, carrying.getAsInt());
    stripes.forEach(stripe -> stripe.limitRate(each));
  }

  /** What one of so many streams may move. */
  static long share(long bytesPerSecond, int streams) {
    return bytesPerSecond == RateLimit.NONE || bytesPerSecond < 1
        ? bytesPerSecond
        : Math.max(1, bytesPerSecond / streams);
  }

  @Override
  public void cancel(String reason) {
    stripes.forEach(stripe -> stripe.cancel(reason));
  }
}
