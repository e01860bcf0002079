package dev.outband.benchmarks.cluster;

import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.cli.files.FileEntry;
import dev.outband.cli.files.FileService;
import dev.outband.client.OutbandClient;
import dev.outband.client.ReceiveObserver;
import dev.outband.testkit.ChaosProxy;
import dev.outband.testkit.Plan;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

/** One client that lists, gets and puts in a loop and looks at every byte. */
final class SoakClient implements Runnable {

  private static final int STREAMS = 3;
  private static final int KINDS = 10;

  private final OutbandClient client;
  private final List<Path> objects;
  private final Path own;
  private final Path stored;
  private final Random random;
  private final BlockingQueue<Plan> faults;
  private final Lock mayWork;
  private final BooleanSupplier isOver;
  private final SoakTally tally;

  /**
   * What all clients share.
   *
   * @param objects what there is to get, and to put again under another name
   * @param faults what is to befall the next transfers, whosever they are
   * @param mayWork held during each operation
   * @param isOver whether to stop
   * @param tally where it is written down
   */
  record Shared(
      List<Path> objects,
      BlockingQueue<Plan> faults,
      Lock mayWork,
      BooleanSupplier isOver,
      SoakTally tally) {}

  /**
   * Makes one.
   *
   * @param client closed when the loop ends
   * @param own an empty folder
   * @param stored where the servers keep what this one puts
   */
  SoakClient(OutbandClient client, Path own, Path stored, long seed, Shared shared) {
    this.client = client;
    this.own = own;
    this.stored = stored;
    this.random = new Random(seed);
    this.objects = shared.objects();
    this.faults = shared.faults();
    this.mayWork = shared.mayWork();
    this.isOver = shared.isOver();
    this.tally = shared.tally();
  }

  @Override
  public void run() {
    try (client) {
      FileService files = client.lookup(FileService.NAME, FileService.class);
      while (!isOver.getAsBoolean()) {
        mayWork.lock();
        try {
          operate(files);
        } finally {
          mayWork.unlock();
        }
      }
    } catch (Exception e) {
      tally.failed(e, 0);
      tally.gaveUp();
    }
  }

  private void operate(FileService files) throws Exception {
    Path object = objects.get(random.nextInt(objects.size()));
    int kind = random.nextInt(KINDS);
    long startNs = System.nanoTime();
    try {
      long moved = 0;
      if (kind == 0) {
        list(files);
      } else if (kind <= 3) {
        moved = put(files, object);
      } else {
        moved = get(files, object, kind == 4 ? STREAMS : 1);
      }
      tally.done(moved, System.nanoTime() - startNs);
    } catch (Exception e) {
      tally.failed(e, System.nanoTime() - startNs);
      if (Files.exists(stored) && !isAnyObject(stored)) {
        tally.wrong();
      }
    }
  }

  private void list(FileService files) throws Exception {
    Path object = objects.get(0);
    FileEntry[] entries = files.list(object.getFileName().toString(), "");
    if (entries.length != 1 || entries[0].bytes() != Files.size(object)) {
      tally.wrong();
    }
  }

  private long get(FileService files, Path object, int streams) throws Exception {
    Path copy = own.resolve("copy");
    Plan fault = nextFault();
    String name = object.getFileName().toString();
    if (fault == null) {
      client.receive(Sink.file(copy), streams, to -> files.get(name, to), new ReceiveObserver() {});
    } else {
      try (ChaosProxy proxy = ChaosProxy.to(client.dataAddress())) {
        proxy.next(fault);
        client.receive(
            Sink.file(copy),
            streams,
            to -> files.get(name, proxy.through(to)),
            new ReceiveObserver() {});
      }
    }
    compare(object, copy);
    Files.delete(copy);
    return Files.size(object);
  }

  private long put(FileService files, Path object) throws Exception {
    Plan fault = nextFault();
    ReceptionObject reception = files.put(stored.getFileName().toString(), Files.size(object));
    if (fault == null) {
      client.transmit(Source.file(object), reception);
    } else {
      try (ChaosProxy proxy = ChaosProxy.to(dataAddress((ReceptionStub) reception))) {
        proxy.next(fault);
        client.transmit(Source.file(object), proxy.through(reception));
      }
    }
    compare(object, stored);
    return Files.size(object);
  }

  /** Null if none is due. */
  private Plan nextFault() {
    Plan fault = faults.poll();
    if (fault != null) {
      tally.disturbed();
    }
    return fault;
  }

  private static InetSocketAddress dataAddress(ReceptionStub stub) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), stub.endpoints().get(0).port());
  }

  private void compare(Path expected, Path actual) throws Exception {
    if (Files.mismatch(expected, actual) != -1) {
      tally.wrong();
    }
  }

  private boolean isAnyObject(Path file) throws Exception {
    for (Path object : objects) {
      if (Files.mismatch(object, file) == -1) {
        return true;
      }
    }
    return false;
  }
}
