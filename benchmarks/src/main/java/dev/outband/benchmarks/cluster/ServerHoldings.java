package dev.outband.benchmarks.cluster;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a server process holds, seen from outside: by {@code /proc}, by what its JVM says of itself,
 * and in the folder that it serves.
 *
 * @param descriptors open sockets, files and pipes, by kind or path
 * @param threads live Java threads by name, but for idle ones of the pools of the JDK's RMI and of
 *     the disk
 * @param objects reachable objects of Outband's classes of transfers, calls and files by class: the
 *     closed sockets of control connections, which RMI's idle threads keep for a minute, are none
 * @param heapBytes all that is reachable
 * @param nativeThreads all threads, with those of the JVM itself
 * @param temporaries files that are not whole yet
 */
record ServerHoldings(
    Map<String, Integer> descriptors,
    Map<String, Integer> threads,
    Map<String, Integer> objects,
    long heapBytes,
    int nativeThreads,
    int temporaries) {

  private static final Pattern THREAD = Pattern.compile("^\"(.*)\" #\\d+.*");
  private static final Pattern CLASS = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+).*");
  private static final Pattern TOTAL = Pattern.compile("Total\\s+\\d+\\s+(\\d+)");
  private static final Pattern NUMBERS = Pattern.compile("\\d+");
  private static final String CLOSED = "closed";
  private static final String SOCKET = "socket:[N]";
  private static final List<String> TRANSFERS =
      List.of("dev.outband.transport.ActiveReception", "dev.outband.transport.ActiveTransmission");

  private static final Pattern COMES_AND_GOES =
      Pattern.compile("dev\\.outband\\.(transport|server|cli\\.files)\\..*");

  /** Threads of pools, which end when they were idle for a while, and the JVM's own. */
  private static final Pattern IDLE =
      Pattern.compile(
          "RMI TCP Connection\\(idle\\)|outband-server-\\d+-disk-\\d+"
              + "|Attach Listener|C[12] CompilerThread.*"
              // The JDK's, and a minute idle before it ends.
              + "|ForkJoinPool\\.commonPool-worker-\\d+"
              // One for ever, of native AES-GCM, which comes with a large object.
              + "|Native reference cleanup thread");

  static ServerHoldings of(DiagnosedJvm jvm, Path root) throws IOException {
    Map<String, Integer> objects = new TreeMap<>();
    long heapBytes = 0;
    for (String line : jvm.ask("GC.class_histogram")) {
      Matcher entry = CLASS.matcher(line);
      Matcher total = TOTAL.matcher(line);
      if (entry.matches()) {
        countObjects(entry.group(2), Integer.parseInt(entry.group(1)), objects);
      } else if (total.matches()) {
        heapBytes = Long.parseLong(total.group(1));
      }
    }
    return new ServerHoldings(
        descriptors(jvm.pid()),
        threads(jvm),
        objects,
        heapBytes,
        nativeThreads(jvm.pid()),
        temporaries(root));
  }

  private static Map<String, Integer> threads(DiagnosedJvm jvm) throws IOException {
    Map<String, Integer> threads = new TreeMap<>();
    for (String line : jvm.ask("Thread.print")) {
      Matcher thread = THREAD.matcher(line);
      if (thread.matches() && !IDLE.matcher(thread.group(1)).matches()) {
        threads.merge(NUMBERS.matcher(thread.group(1)).replaceAll("N"), 1, Integer::sum);
      }
    }
    return threads;
  }

  /** Classes that the JVM makes of lambdas are no part of it: their names are never the same. */
  private static void countObjects(String type, int count, Map<String, Integer> into) {
    if (COMES_AND_GOES.matcher(type).matches() && !type.contains("$$")) {
      into.put(type, count);
    }
  }

  /** Open descriptors alone, which are cheap to look at. */
  static int countDescriptors(long pid) throws IOException {
    return descriptors(pid).values().stream().mapToInt(Integer::intValue).sum();
  }

  static int countSockets(long pid) throws IOException {
    return descriptors(pid).getOrDefault(SOCKET, 0);
  }

  int sockets() {
    return descriptors.getOrDefault(SOCKET, 0);
  }

  /** Files alone that a put has begun. */
  static int temporaries(Path root) throws IOException {
    try (DirectoryStream<Path> begun = Files.newDirectoryStream(root, ".*.outband-*")) {
      int count = 0;
      for (Path unused : begun) {
        count++;
      }
      return count;
    }
  }

  /** Receptions and transmissions that have not ended. */
  int transfers() {
    return TRANSFERS.stream().mapToInt(name -> objects.getOrDefault(name, 0)).sum();
  }

  int descriptorCount() {
    return descriptors.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The numbers in it. */
  String summary() {
    return "descriptors="
        + descriptorCount()
        + ", threads="
        + nativeThreads
        + " (busy Java ones "
        + threads.values().stream().mapToInt(Integer::intValue).sum()
        + "), transfers="
        + transfers()
        + ", temporary files="
        + temporaries
        + ", heap B="
        + heapBytes;
  }

  /** What is there beyond what was there before; a transfer always is. */
  List<String> beyond(ServerHoldings before) {
    List<String> more = new ArrayList<>();
    collect("descriptor", before.descriptors, descriptors, more);
    collect("thread", before.threads, threads, more);
    collect("object", before.objects, objects, more);
    if (transfers() > 0) {
      more.add(transfers() + " transfers");
    }
    if (temporaries > before.temporaries) {
      more.add((temporaries - before.temporaries) + " temporary files");
    }
    return more;
  }

  private static void collect(
      String kind, Map<String, Integer> before, Map<String, Integer> now, List<String> into) {
    now.forEach(
        (name, count) -> {
          int extra = count - before.getOrDefault(name, 0);
          if (extra > 0) {
            into.add(kind + " " + name + " x" + extra);
          }
        });
  }

  private static Map<String, Integer> descriptors(long pid) throws IOException {
    Map<String, Integer> names = new TreeMap<>();
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path descriptor : open) {
        names.merge(NUMBERS.matcher(target(descriptor)).replaceAll("N"), 1, Integer::sum);
      }
    }
    names.remove(CLOSED);
    return names;
  }

  private static String target(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException e) {
      // Since it was listed.
      return CLOSED;
    }
  }

  private static int nativeThreads(long pid) throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
      return (int) tasks.count();
    }
  }
}
