package dev.outband.testkit;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the process holds at one moment; names with how often they are there.
 *
 * @param threads live threads by name
 * @param descriptors open descriptors by what they are of; empty where they cannot be listed
 * @param descriptorCount how many there are; 0 where nobody can tell
 * @param directBytes direct memory
 * @param exports whether an object is exported that RMI keeps the process alive for
 * @param files the files of the folders by path
 */
record Holdings(
    Map<String, Integer> threads,
    Map<String, Integer> descriptors,
    long descriptorCount,
    long directBytes,
    boolean exports,
    Map<String, Integer> files) {

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /** Threads that the JDK and JUnit start when they like and keep. */
  private static final Pattern JDK_THREADS =
      Pattern.compile(
          "Common-Cleaner|Cleaner-\\d+|process reaper.*|Attach"
              + " Listener|ForkJoinPool\\.commonPool-worker-\\d+|Keep-Alive-Timer|(RMI )?GC"
              + " Daemon|Notification Thread|junit-.*|RMI Scheduler\\(0\\)|RMI Reaper|RMI"
              + " RenewClean-.*|RMI TCP"
              + " Connection\\(idle\\)|ForkJoinPool-1-(worker-\\d+|delayScheduler)"
              + "|VirtualThread-unblocker");

  /** What the JDK opens when it needs it and keeps, and the listing itself. */
  private static final Pattern JDK_FILES =
      Pattern.compile(
          ".*\\.(jar|jsa|so)|.*/lib/modules|/dev/u?random|/proc/\\d+/.*|/proc/self/.*|/etc/.*");

  /** The numbers in the names of sockets and pipes are of no use: a new one may get a free one. */
  private static final Pattern NUMBERED = Pattern.compile("(socket|pipe):\\[\\d+]");

  static Holdings now(List<Path> folders, Predicate<Path> counted) throws IOException {
    return new Holdings(
        liveThreads(),
        openDescriptors(),
        countDescriptors(),
        directMemory(),
        hasExports(),
        files(folders, counted));
  }

  /** RMI has this thread from the first object that is exported to the last one that is not. */
  private static boolean hasExports() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("RMI Reaper"));
  }

  private static Map<String, Integer> liveThreads() {
    Map<String, Integer> names = new HashMap<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (!JDK_THREADS.matcher(thread.getName()).matches()) {
        names.merge(thread.getName(), 1, Integer::sum);
      }
    }
    return names;
  }

  private static Map<String, Integer> openDescriptors() throws IOException {
    Map<String, Integer> names = new HashMap<>();
    if (!Files.isDirectory(DESCRIPTORS)) {
      return names;
    }
    try (DirectoryStream<Path> open = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path descriptor : open) {
        String name = nameOf(descriptor);
        if (!JDK_FILES.matcher(name).matches()) {
          names.merge(NUMBERED.matcher(name).replaceAll("$1"), 1, Integer::sum);
        }
      }
    }
    return names;
  }

  private static String nameOf(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException e) {
      // Closed since it was listed.
      return DESCRIPTORS + "/closed";
    }
  }

  private static long countDescriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  static long directMemory() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  private static Map<String, Integer> files(List<Path> folders, Predicate<Path> counted)
      throws IOException {
    Map<String, Integer> names = new HashMap<>();
    for (Path folder : folders) {
      if (Files.exists(folder)) {
        try (Stream<Path> tree = Files.walk(folder)) {
          tree.filter(file -> !Files.isDirectory(file) && counted.test(file))
              .forEach(file -> names.put(file.toString(), 1));
        }
      }
    }
    return names;
  }
}
