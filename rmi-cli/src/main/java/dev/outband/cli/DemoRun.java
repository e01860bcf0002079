package dev.outband.cli;

import dev.outband.api.TransferException;
import dev.outband.cli.demo.ChunkService;
import dev.outband.cli.demo.Chunks;
import dev.outband.cli.demo.DemoFiles;
import dev.outband.cli.demo.HeapPeak;
import dev.outband.cli.demo.Measurement;
import dev.outband.cli.demo.ServerProcess;
import dev.outband.client.OutbandClient;
import dev.outband.security.Identity;
import dev.outband.security.pki.CertificateAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One run of the demonstration in a folder of its own. There are never more than two copies of the
 * file.
 */
final class DemoRun implements AutoCloseable {

  private static final String ORIGINAL = "original.bin";
  private static final String STORED = "stored.bin";
  private static final String WARM_UP = "warm-up.bin";
  private static final long WARM_UP_BYTES = 64L << 20;
  private static final String SERVER_HEAP = "-Xmx64m";
  private static final String HOST = "127.0.0.1";
  private static final String ANY_PORT = HOST + ":0";

  private final Surroundings surroundings;
  private final Path folder;
  private final Path served;
  private final long bytes;
  private final boolean isQuiet;
  private volatile Optional<ServerProcess> server = Optional.empty();

  DemoRun(Surroundings surroundings, Path folder, long bytes, boolean isQuiet) {
    this.surroundings = surroundings;
    this.folder = folder;
    this.served = folder.resolve("served");
    this.bytes = bytes;
    this.isQuiet = isQuiet;
  }

  void run() throws IOException, CommandException, TransferException, InterruptedException {
    Path pki = folder.resolve("pki");
    CertificateAuthority authority = CertificateAuthority.create(pki);
    Path serverIdentity = authority.issueServer("demo-server", List.of(HOST));
    Identity client = Identity.load(authority.issueClient("demo-client"));
    Files.createDirectory(served);
    String sha256 = random();
    ServerProcess started = start(serverIdentity);
    server = Optional.of(started);
    try (OutbandClient connected =
        OutbandClient.builder()
            .identity(client)
            .servers(started.control())
            // The launcher has this JVM archive its classes, and JDK 17 crashes when it archives
            // those of the provider.
            .nativeAes(false)
            .connect()) {
      say(
          "a file of "
              + ByteCount.show(bytes)
              + ", a server in a JVM of its own (process "
              + started.pid()
              + ", "
              + SERVER_HEAP
              + "), a throw-away trust domain");
      List<Measurement> rows = measure(connected, sha256);
      Measurement.table(rows).forEach(this::say);
      double ratio = rows.get(0).bytesPerSecond() / rows.get(rows.size() - 1).bytesPerSecond();
      say(
          String.format(
              Locale.ROOT,
              "Outband fetched at %.2f times the rate of RMI; SHA-256 is the same in all copies:",
              ratio));
      say(sha256);
    }
  }

  private ServerProcess start(Path identity) throws IOException, InterruptedException {
    List<String> arguments =
        List.of(
            "serve",
            served.toString(),
            "--identity",
            identity.toString(),
            "--control",
            ANY_PORT,
            "--data",
            ANY_PORT,
            "--writable",
            "--demo");
    return ServerProcess.start(
        SERVER_HEAP, Main.class.getName(), arguments, folder.resolve("server.log"));
  }

  private List<Measurement> measure(OutbandClient client, String sha256)
      throws IOException, CommandException, TransferException, InterruptedException {
    FileExchange exchange = new FileExchange(client, this::progress);
    ChunkService chunks = client.lookup(ChunkService.NAME, ChunkService.class);
    warmUp(new FileExchange(client, (task, totalBytes) -> progress("warm up", totalBytes)), chunks);
    Path copy = folder.resolve("copy.bin");

    HeapPeak.reset();
    long startNs = System.nanoTime();
    exchange.get(ORIGINAL, copy);
    Measurement fetched =
        new Measurement("Outband, fetched", bytes, since(startNs), HeapPeak.bytes());
    verify(copy, sha256);
    Files.delete(served.resolve(ORIGINAL));

    chunks.resetHeapPeak();
    startNs = System.nanoTime();
    exchange.put(copy, bytes, STORED, 1);
    Measurement stored =
        new Measurement("Outband, stored back", bytes, since(startNs), chunks.heapPeakBytes());
    verify(served.resolve(STORED), sha256);
    Files.delete(copy);

    HeapPeak.reset();
    startNs = System.nanoTime();
    fetchInChunks(chunks, STORED, copy);
    Measurement inChunks =
        new Measurement("RMI, 1 MiB byte[] results", bytes, since(startNs), HeapPeak.bytes());
    verify(copy, sha256);
    return List.of(fetched, stored, inChunks);
  }

  /** Lets both JVMs compile what is measured: the first seconds of a JVM say nothing about it. */
  private void warmUp(FileExchange exchange, ChunkService chunks)
      throws IOException, TransferException, InterruptedException {
    Path file = served.resolve(WARM_UP);
    Path copy = folder.resolve(WARM_UP);
    DemoFiles.random(file, Math.min(bytes, WARM_UP_BYTES), done -> {});
    Chunks.fetch(chunks, WARM_UP, copy, done -> {});
    exchange.get(WARM_UP, copy);
    exchange.put(copy, Files.size(copy), WARM_UP, 1);
    Files.delete(file);
    Files.delete(copy);
  }

  private String random() throws IOException {
    try (Progress progress = progress("make the file", bytes)) {
      return DemoFiles.random(served.resolve(ORIGINAL), bytes, progress::moved);
    }
  }

  private void fetchInChunks(ChunkService chunks, String name, Path target) throws IOException {
    try (Progress progress = progress("get over RMI", bytes)) {
      Chunks.fetch(chunks, name, target, progress::moved);
    }
  }

  private void verify(Path file, String sha256) throws IOException, CommandException {
    try (Progress progress = progress("verify", bytes)) {
      String found = DemoFiles.sha256(file, progress::moved);
      if (!found.equals(sha256)) {
        throw new CommandException(
            ExitCode.FAILED,
            file.getFileName() + " differs: SHA-256 must be " + sha256 + ", not " + found);
      }
    }
  }

  private Progress progress(String task, long totalBytes) {
    return new Progress(surroundings, isQuiet, task, totalBytes);
  }

  private static Duration since(long startNs) {
    return Duration.ofNanos(System.nanoTime() - startNs);
  }

  /**
   * Ends the server and removes the folder, also while {@link #run} is at work in it. Idempotent.
   */
  @Override
  public void close() {
    server.ifPresent(ServerProcess::close);
    try {
      DemoFiles.removeAll(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }

  private void say(String line) {
    surroundings.print(line);
  }
}
