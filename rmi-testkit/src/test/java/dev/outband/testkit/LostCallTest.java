package dev.outband.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
import dev.outband.security.SecurityPolicy;
import dev.outband.server.OutbandServer;
import java.net.InetAddress;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call whose connection is cut while the server works on it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LostCallTest {

  /** More than the client makes. */
  private static final int CONNECTIONS = 4;

  interface Worker extends Remote {
    void work() throws RemoteException, TransferException;
  }

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(CutBy.class)
  void shouldSayThatTheCallMayHaveRunWhenItsConnectionIsCut(CutBy how) throws Exception {
    TrustDomain domain = TrustDomain.create(folder);
    String loopback = InetAddress.getLoopbackAddress().getHostAddress();
    AtomicInteger runs = new AtomicInteger();
    try (OutbandServer server =
            OutbandServer.builder()
                .identity(domain.server("server-1"))
                .policy(SecurityPolicy.anyoneInTheTrustDomain())
                .control(loopback, 0)
                .data(loopback, 0)
                .start();
        ChaosProxy proxy = ChaosProxy.to(server.controlAddress())) {
      List<ProxiedConnection> connections =
          Stream.generate(() -> proxy.next(Plan.PASSING)).limit(CONNECTIONS).toList();
      server.export(
          "worker",
          Worker.class,
          () -> {
            runs.incrementAndGet();
            connections.forEach(connection -> connection.cut(how));
          });
      try (OutbandClient client =
          OutbandClient.builder()
              .identity(domain.client("client-1"))
              .servers(loopback + ":" + proxy.address().getPort())
              .connect()) {
        Worker worker = client.lookup("worker", Worker.class);
        TransferException lost = catchThrowableOfType(TransferException.class, worker::work);

        assertThat(lost.code()).isEqualTo(Code.CONNECTION_LOST);
        assertThat(lost.getMessage())
            .matches(
                client.server()
                    + " worker\\.work: connection lost before the answer, the call may have run:"
                    + " (closed by the server|Connection reset)");
        assertThat(runs).hasValue(1);
      }
    }
  }
}
