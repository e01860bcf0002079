package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.Protection;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.OpenRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.commons.io.IOUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file whose part stays when its transfer fails or its process is killed, for another process to
 * go on with: made by {@link Sink#resumableFile}.
 *
 * <p>What another process goes on from: after a failure, or after this process was killed in
 * whatever way, every byte that was verified and written. After a power cut or a crash of the
 * system, what was forced to disk, which happens every {@value #CHECKPOINT_SECONDS} seconds while
 * bytes come. Bytes that are held are neither sent nor read again.
 */
public final class ResumableFileSink extends Sink {

  /** How often what was received is forced to disk: {@value} seconds. */
  public static final int CHECKPOINT_SECONDS = 5;

  private static final Logger LOG = LoggerFactory.getLogger(ResumableFileSink.class);

  private final PartFile part;
  private final long checkpointNs;
  private final Held found;
  private final String oddity;

  /** Held while the record is written, so that none is left behind a published file. */
  private final ReentrantLock recording = new ReentrantLock();

  private final CountDownLatch ended = new CountDownLatch(1);
  private FileChannel channel;
  private OpenRequest object;

  /** Whether the part is one of the announced object's; guarded by recording. */
  private boolean begun;

  private volatile long position;

  ResumableFileSink(Path path, Duration checkpoint) throws IOException {
    part = new PartFile(path);
    checkpointNs = checkpoint.toNanos();
    channel = part.openExisting();
    String odd = "";
    Held holds = Held.NOTHING;
    if (channel != null) {
      try {
        holds = part.held();
      } catch (PartFile.OddPartException e) {
        odd = e.getMessage();
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    }
    oddity = odd;
    found = holds;
  }

  /**
   * How many verified bytes an earlier transfer left.
   *
   * @return 0 or more
   */
  public long heldBytes() {
    return found.bytes();
  }

  /**
   * Why it starts anew although there is a part of an earlier transfer, if that is so.
   *
   * @return one line, or empty
   */
  public Optional<String> oddity() {
    return oddity.isEmpty() ? Optional.empty() : Optional.of(oddity);
  }

  @Override
  Held held() {
    return found;
  }

  /** Sealed, because what is written before it is verified cannot be told apart afterwards. */
  @Override
  Protection floor() {
    return Protection.PRIVACY;
  }

  @Override
  void announced(OpenRequest request) {
    object = request;
  }

  @Override
  void open(BlockingThreads threads) throws IOException, TransferException {
    boolean opened = false;
    try {
      if (channel == null) {
        channel = part.create();
      }
      begin();
      threads.start("checkpoint", this::checkpoints);
      opened = true;
    } finally {
      if (!opened) {
        IOUtils.closeQuietly(channel);
        channel = null;
      }
    }
  }

  @Override
  void openedAgain() throws IOException, TransferException {
    begin();
  }

  /** Makes the file and its record ready for what was announced. */
  private void begin() throws IOException, TransferException {
    recording.lock();
    try {
      long offset = object.offset();
      if (offset == 0) {
        part.forget();
      } else if (part.recorded() == null || part.recorded().bytes() != object.bytes()) {
        throw new TransferException(
            Code.CONTENT_CHANGED, "the content has the tag of the part and another length");
      }
      channel.truncate(offset).position(offset);
      position = offset;
      if (!object.contentTag().isEmpty() && object.bytes() >= 0) {
        part.record(object.contentTag(), object.bytes(), forced());
      }
      begun = true;
    } finally {
      recording.unlock();
    }
  }

  private long forced() {
    return part.recorded() == null ? 0 : part.recorded().forced();
  }

  private void checkpoints() {
    try {
      while (!ended.await(checkpointNs, TimeUnit.NANOSECONDS)) {
        checkpoint();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.warn("no more checkpoints, reason={}", e.toString());
    }
  }

  /** Forces what there is to disk, and says so in the record, in this order. */
  private void checkpoint() throws IOException {
    recording.lock();
    try {
      if (ended.getCount() > 0) {
        force();
      }
    } finally {
      recording.unlock();
    }
  }

  private void force() throws IOException {
    PartRecord said = part.recorded();
    long reached = position;
    if (said != null && reached > said.forced()) {
      channel.force(false);
      part.record(said.contentTag(), said.bytes(), reached);
    }
  }

  @Override
  void write(ByteBuffer content, ByteBuffer through) throws IOException {
    ByteBuffer direct = content.isDirect() ? content : through.clear().put(content).flip();
    long after = position + direct.remaining();
    while (direct.hasRemaining()) {
      channel.write(direct);
    }
    position = after;
  }

  @Override
  boolean rewind(long to) throws IOException {
    recording.lock();
    try {
      if (to < forced()) {
        part.forget();
      }
      channel.truncate(to).position(to);
      position = to;
      return true;
    } finally {
      recording.unlock();
    }
  }

  @Override
  void commit() throws IOException {
    recording.lock();
    try {
      ended.countDown();
      channel.force(true);
      part.publish();
      channel.close();
      channel = null;
    } finally {
      recording.unlock();
    }
  }

  /** Keeps the part and says what it is; removes it if nobody could go on with it. */
  @Override
  void drop() throws IOException {
    boolean interrupted = Thread.interrupted(); // It would close the channel.
    recording.lock();
    try {
      ended.countDown();
      if (channel == null) {
        return;
      }
      try {
        keep();
      } finally {
        channel.close();
        channel = null;
      }
    } finally {
      recording.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void keep() throws IOException {
    if (begun && (part.recorded() == null || position == 0)) {
      part.remove();
    } else if (begun) {
      force();
    }
  }
}
