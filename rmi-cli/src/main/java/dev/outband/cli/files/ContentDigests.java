package dev.outband.cli.files;

import dev.outband.api.TransferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Content tags that are equal wherever the content is: SHA-256, computed once for as long as a file
 * stays as it is, by one thread in the order of asking. Who asks first waits, but no longer than
 * {@value #PATIENCE_SECONDS} s: then the file is named by its stamp this time, and by its digest
 * once that is known. Safe for use by several threads.
 */
final class ContentDigests implements AutoCloseable {

  static final int PATIENCE_SECONDS = 10;

  private static final Logger LOG = LoggerFactory.getLogger(ContentDigests.class);
  private static final int REMEMBERED = 10_000;
  private static final int BUFFER_BYTES = 1 << 20;
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor thread;

  /** By stamp; guarded by itself. The one used longest ago goes first. */
  private final Map<String, CompletableFuture<String>> digests =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CompletableFuture<String>> eldest) {
          return size() > REMEMBERED;
        }
      };

  ContentDigests() {
    thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread digesting = new Thread(task, "outband-digest");
              digesting.setDaemon(true);
              return digesting;
            });
    thread.allowCoreThreadTimeOut(true);
  }

  /** Opens the file once more. */
  @FunctionalInterface
  interface Opener {
    FileRoot.Opened open() throws TransferException;
  }

  /** Names the content of the file that has this stamp; its stamp itself if that takes too long. */
  String tag(String stamp, Opener file) {
    if (stamp.isEmpty()) {
      return "";
    }
    CompletableFuture<String> digest;
    synchronized (digests) {
      digest = digests.computeIfAbsent(stamp, unknown -> start(unknown, file));
    }
    try {
      return digest.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return stamp;
    } catch (ExecutionException | CancellationException e) {
      forget(stamp, digest);
      LOG.info("no digest, reason={}", String.valueOf(e.getCause()));
      return stamp;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return stamp;
    }
  }

  private void forget(String stamp, CompletableFuture<String> digest) {
    synchronized (digests) {
      digests.remove(stamp, digest);
    }
  }

  private CompletableFuture<String> start(String stamp, Opener file) {
    CompletableFuture<String> digest = new CompletableFuture<>();
    try {
      thread.execute(() -> complete(digest, stamp, file));
    } catch (RejectedExecutionException e) {
      digest.completeExceptionally(e);
    }
    return digest;
  }

  private static void complete(CompletableFuture<String> digest, String stamp, Opener file) {
    try {
      digest.complete("sha256-" + compute(stamp, file));
    } catch (TransferException | IOException | RuntimeException | Error e) {
      digest.completeExceptionally(e);
    }
  }

  private static String compute(String stamp, Opener file) throws TransferException, IOException {
    MessageDigest sha256 = sha256();
    try (FileChannel channel = opened(stamp, file)) {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      while (channel.read(buffer) >= 0) {
        sha256.update(buffer.flip());
        buffer.clear();
      }
    }
    opened(stamp, file).close();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256.digest());
  }

  private static FileChannel opened(String stamp, Opener file)
      throws TransferException, IOException {
    FileRoot.Opened opened = file.open();
    if (!opened.contentTag().equals(stamp)) {
      opened.channel().close();
      throw new IOException("the file has changed");
    }
    return opened.channel();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Ends the thread; what is being read ends with an error. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
