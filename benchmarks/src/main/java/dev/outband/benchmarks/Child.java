package dev.outband.benchmarks;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main class of both ends of a contender: a process that does what its parent writes to its
 * standard input, a line each, answers each with a line, and ends when that input ends.
 *
 * <pre>
 * (start)                          ready JDK ADDRESS      (a receiver's address is "-")
 * check BYTES                      checked
 * fetch BYTES AT_MOST NANOSECONDS  done TIMING            (a {@link Timing})
 * first BYTES                      first NANOSECONDS
 * ping TIMES BYTES                 pinged PING_NS TRANSFER_NS     (medians)
 * reset                            was-reset
 * usage                            usage CPU_NS PEAK_RSS_BYTES PEAK_HEAP_BYTES
 * (anything that fails)            failed MESSAGE
 * </pre>
 */
final class Child {
  private static final Logger LOG = LoggerFactory.getLogger(Child.class);
  static final String SENDER = "sender";
  static final String RECEIVER = "receiver";
  static final String NO_ADDRESS = "-";
  private static final int CLOSE_SECONDS = 2;

  private final Workplace workplace;
  private final PrintStream answers;
  private Closeable end = () -> {};
  private Contender.ReceivingEnd receivingEnd;

  private Child(Workplace workplace, PrintStream answers) {
    this.workplace = workplace;
    this.answers = answers;
  }

  /**
   * Runs one end.
   *
   * @param args role, contender, folder, sink, and the receiver's peer address
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    PrintStream answers =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    Child child = new Child(new Workplace(Path.of(args[2]), SinkKind.valueOf(args[3])), answers);
    ExecutorService worker =
        Executors.newSingleThreadExecutor(work -> new Thread(work, "bench-" + args[0]));
    worker.execute(() -> child.answering(() -> child.start(args)));
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String command = line;
      worker.execute(() -> child.answering(() -> child.obey(command.split(" "))));
    }
    worker.execute(child::close);
    worker.shutdown();
    worker.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    System.exit(0);
  }

  private void close() {
    try {
      end.close();
    } catch (IOException e) {
      LOG.warn("cannot close this end", e);
    }
  }

  private interface Answer {
    String give() throws Exception;
  }

  private void answering(Answer answer) {
    try {
      answers.println(answer.give());
    } catch (Exception e) {
      LOG.error("this end failed", e);
      answers.println("failed " + String.valueOf(e).replace('\n', ' '));
    }
  }

  private String start(String[] args) throws Exception {
    Contender contender = Contenders.named(args[1]);
    String address = NO_ADDRESS;
    if (args[0].equals(SENDER)) {
      Contender.SendingEnd sendingEnd = contender.send(workplace);
      address = sendingEnd.address();
      end = sendingEnd;
    } else {
      receivingEnd = contender.receive(workplace, args[4]);
      end = receivingEnd;
    }
    return "ready " + Runtime.version() + " " + address;
  }

  private String obey(String... command) throws Exception {
    return switch (command[0]) {
      case "check" -> check(Long.parseLong(command[1]));
      case "fetch" ->
          fetch(
              Long.parseLong(command[1]), Integer.parseInt(command[2]), Long.parseLong(command[3]));
      case "first" -> first(Long.parseLong(command[1]));
      case "ping" -> ping(Integer.parseInt(command[1]), Long.parseLong(command[2]));
      case "reset" -> {
        Usage.resetPeaks();
        yield "was-reset";
      }
      case "usage" -> {
        Usage usage = Usage.ofThisProcess();
        yield "usage " + usage.cpuNs() + " " + usage.peakRssBytes() + " " + usage.peakHeapBytes();
      }
      default -> throw new IllegalArgumentException("unknown command " + command[0]);
    };
  }

  private String check(long bytes) throws Exception {
    try (Drain drain = new Drain.Checking(workplace.input(bytes))) {
      receivingEnd.fetch(bytes, drain);
      drain.finish();
    }
    return "checked";
  }

  private String fetch(long bytes, int atMost, long mostNs) throws Exception {
    workplace.clean();
    long[] durations = new long[atMost];
    int transfers = 0;
    long received = 0;
    long startNs = System.nanoTime();
    long nowNs = startNs;
    do {
      received += fetchOne(bytes);
      long endNs = System.nanoTime();
      durations[transfers++] = endNs - nowNs;
      nowNs = endNs;
    } while (transfers < atMost && nowNs - startNs < mostNs);
    return "done "
        + Timing.of(Arrays.copyOf(durations, transfers), nowNs - startNs, received).format();
  }

  private long fetchOne(long bytes) throws Exception {
    try (Drain drain = workplace.drain()) {
      long received = receivingEnd.fetch(bytes, drain);
      drain.finish();
      return received;
    }
  }

  private void fetchOverData(Contender.PingingEnd pinging, long bytes) throws Exception {
    try (Drain drain = workplace.drain()) {
      pinging.fetchOverData(bytes, drain);
      drain.finish();
    }
  }

  private String first(long bytes) throws Exception {
    Drain.FirstByte drain = new Drain.FirstByte();
    long startNs = System.nanoTime();
    receivingEnd.fetch(bytes, drain);
    drain.finish();
    return "first " + (drain.atNs() - startNs);
  }

  private String ping(int times, long bytes) throws Exception {
    Contender.PingingEnd pinging = (Contender.PingingEnd) receivingEnd;
    long[] pings = new long[times];
    long[] transfers = new long[times];
    for (int i = 0; i < times; i++) {
      long startNs = System.nanoTime();
      pinging.ping();
      pings[i] = System.nanoTime() - startNs;
      startNs = System.nanoTime();
      fetchOverData(pinging, bytes);
      transfers[i] = System.nanoTime() - startNs;
    }
    return "pinged "
        + Timing.of(pings, 0, 0).medianNs()
        + " "
        + Timing.of(transfers, 0, 0).medianNs();
  }
}
