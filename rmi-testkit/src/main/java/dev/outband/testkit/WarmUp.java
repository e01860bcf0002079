package dev.outband.testkit;

import dev.outband.api.Confirmation;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionObject;
import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import org.apache.commons.io.file.PathUtils;

/**
 * Does once in a JVM what the tests do, before anybody takes a baseline: the JDK keeps some
 * descriptors and threads from the first use of sockets, files and RMI on.
 */
final class WarmUp {

  WarmUp() {
    try {
      Path folder = Files.createTempDirectory("outband-warm-up-");
      try {
        transfer(folder);
      } finally {
        PathUtils.deleteDirectory(folder);
      }
    } catch (IOException | TransferException e) {
      throw new IllegalStateException("no cluster works here: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the first cluster started", e);
    }
  }

  private interface Ware extends Remote {
    Confirmation fetch(ReceptionObject to) throws RemoteException, TransferException;
  }

  private static void transfer(Path folder)
      throws IOException, TransferException, InterruptedException {
    try (TestCluster cluster = TestCluster.builder().start(folder)) {
      cluster.export(
          "ware",
          Ware.class,
          server -> to -> server.transmitter().transmit(Source.bytes(new byte[1]), to));
      OutbandClient client = cluster.client(0);
      Ware ware = client.lookup("ware", Ware.class);
      Receipt unused =
          client.receive(Sink.file(cluster.folder().resolve("file")), to -> ware.fetch(to));
    }
  }
}
