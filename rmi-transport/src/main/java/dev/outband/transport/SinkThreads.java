package dev.outband.transport;

import dev.outband.api.TransferException;

/**
 * What sources and sinks run on that may not run on an event loop: threads for short work on the
 * disk, others for forcing, which takes longer, and one for each source or sink that blocks.
 */
final class SinkThreads implements AutoCloseable {

  private static final int MAX_BLOCKING = 512;

  private final DiskThreads disk;
  private final DiskThreads forcing;
  private final BlockingThreads blocking;

  SinkThreads(String name) {
    this.disk = new DiskThreads(name + "-disk");
    this.forcing = new DiskThreads(name + "-force");
    this.blocking = new BlockingThreads(name, MAX_BLOCKING);
  }

  DiskThreads disk() {
    return disk;
  }

  BlockingThreads blocking() {
    return blocking;
  }

  /** Work that may block: {@code then} or {@code otherwise} runs on the loop. */
  void onDisk(EventLoop loop, DiskThreads.Work work, Runnable then, DiskThreads.Failure otherwise) {
    disk.run(work, () -> loop.execute(then), e -> loop.execute(() -> otherwise.failed(e)));
  }

  /** Readies a sink, on a thread of the kind that it needs. */
  void open(
      EventLoop loop,
      Sink sink,
      DiskThreads.Work work,
      Runnable then,
      DiskThreads.Failure otherwise) {
    if (sink.mayBlock()) {
      onDisk(loop, work, then, otherwise);
    } else {
      loop.execute(() -> DiskThreads.perform(work, then, otherwise));
    }
  }

  /** Has a sink make its bytes its own, on a thread of the kind that it needs. */
  void commit(EventLoop loop, Sink sink, Runnable then, DiskThreads.Failure otherwise) {
    Runnable thenOnLoop = () -> loop.execute(then);
    DiskThreads.Failure otherwiseOnLoop = e -> loop.execute(() -> otherwise.failed(e));
    if (!sink.mayBlock()) {
      loop.execute(() -> DiskThreads.perform(sink::commit, then, otherwise));
    } else if (!sink.commitsSlowly()) {
      forcing.run(sink::commit, thenOnLoop, otherwiseOnLoop);
    } else {
      try {
        blocking.start(
            "commit", () -> DiskThreads.perform(sink::commit, thenOnLoop, otherwiseOnLoop));
      } catch (TransferException e) {
        otherwise.failed(e);
      }
    }
  }

  /** Lets what runs end, then ends the threads. Blocks. */
  @Override
  public void close() {
    blocking.close();
    forcing.close();
    disk.close();
  }
}
