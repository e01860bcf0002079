package dev.outband.cli;

import dev.outband.api.Receipt;
import dev.outband.api.TransferException;
import dev.outband.cli.files.FileService;
import dev.outband.client.Balance;
import dev.outband.client.OutbandClient;
import dev.outband.client.ReceiveObserver;
import dev.outband.security.Identity;
import dev.outband.transport.Sink;
import dev.outband.transport.Transfer;
import java.nio.file.Path;
import java.time.Duration;

/** An application that receives a file, with the deadlines that a client has by default. */
public final class ReceivingMain {

  private ReceivingMain() {}

  /**
   * Receives, and prints its attempts and from where on the last one did.
   *
   * @param args the identity, the server to prefer, the path there and the file here
   * @throws Exception why not
   */
  public static void main(String[] args) throws Exception {
    try (OutbandClient client =
        OutbandClient.builder()
            .identity(Identity.load(Path.of(args[0])))
            .servers(args[1])
            .balance(Balance.GIVEN_ORDER)
            .connect()) {
      FileService files = client.lookup(FileService.NAME, FileService.class);
      Receipt receipt =
          client.receive(Sink.file(Path.of(args[3])), to -> files.get(args[2], to), new Attempts());
      System.out.println("received from=" + receipt.offset() + " to=" + receipt.bytes());
    }
  }

  private static final class Attempts implements ReceiveObserver {
    private final long startNs = System.nanoTime();

    @Override
    public void begins(Transfer transfer, long heldBytes) {
      say("begins from=" + heldBytes);
    }

    @Override
    public void retries(TransferException why) {
      say("failed with " + why.code());
    }

    private void say(String what) {
      System.out.println(what + " ms=" + Duration.ofNanos(System.nanoTime() - startNs).toMillis());
    }
  }
}
