package dev.outband.benchmarks.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The process of some clients, to be killed while all their transfers are on the way. */
public final class DoomedJvm {

  /** What it prints then. */
  static final String ON_THE_WAY = "on the way";

  private static final int OWN_ARGUMENTS = 3;

  private DoomedJvm() {}

  /**
   * Takes the folder of an identity, the server's control port, the file to put, and the errands.
   *
   * @throws Exception if a transfer cannot be started
   */
  public static void main(String[] arguments) throws Exception {
    Path object = Path.of(arguments[2]);
    List<DoomedClient> clients = new ArrayList<>();
    for (int i = OWN_ARGUMENTS; i < arguments.length; i++) {
      DoomedClient client = DoomedClient.connect(Path.of(arguments[0]), arguments[1]);
      clients.add(client);
      client.start(Errand.parse(arguments[i]), object, reception -> reception);
    }
    Wait.until(() -> clients.stream().allMatch(DoomedClient::isOnTheWay));
    System.out.println(ON_THE_WAY);
    new CountDownLatch(1).await();
  }
}
