package dev.outband.cli;

import dev.outband.api.Receipt;
import dev.outband.api.TransferException;
import dev.outband.cli.files.FileService;
import dev.outband.client.OutbandClient;
import dev.outband.client.ReceivingCall;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Gets and puts files of one server, and shows how far it is. Blocks until there is a receipt. */
final class FileExchange {

  private final OutbandClient client;
  private final FileService files;
  private final Progress.Display display;

  FileExchange(OutbandClient client, Progress.Display display)
      throws IOException, TransferException {
    this.client = client;
    this.files = client.lookup(FileService.NAME, FileService.class);
    this.display = display;
  }

  Receipt get(String path, Path target)
      throws IOException, TransferException, InterruptedException {
    return get(path, Sink.file(target), 1, notice -> {});
  }

  /**
   * Gets into a sink, in as many attempts as it takes; {@code notices} says what is out of the way.
   */
  Receipt get(String path, Sink sink, int streams, Consumer<String> notices)
      throws IOException, TransferException, InterruptedException {
    try (Attempts attempts = new Attempts(display, notices)) {
      ReceivingCall call = reception -> files.get(path, reception);
      return streams == 1
          ? client.receive(sink, call, attempts)
          : client.receive(sink, streams, call, attempts);
    }
  }

  Receipt put(Path file, long bytes, String path, int streams)
      throws IOException, TransferException, InterruptedException {
    Transmission transmission =
        streams == 1
            ? client.transmitter().start(Source.file(file), files.put(path, bytes))
            : client
                .transmitter()
                .start(Source.file(file), files.put(path, bytes, streams), Long.MAX_VALUE);
    try (Interruption ignored = Interruption.ends(transmission);
        Progress progress = display.start("put", bytes)) {
      progress.follow(transmission, 0);
    }
    return Transfers.receipt(transmission);
  }
}
